import type { TokenUsage } from '../../providers/llm/llm.ts'
import { extractAnswer } from '../grounding/extract.ts'
import { extractedText } from '../grounding/extract-text.ts'
import { inLanguageOf } from '../grounding/in-language.ts'
import { NO_EVIDENCE } from '../grounding/no-evidence.ts'
import { questionWords, termsOf } from '../grounding/question-words.ts'
import type { NodeContext, NodeDependencies, RunNode } from '../node.ts'
import type { Draft, RunState, RunUpdate } from '../state.ts'
import { writeAnswer } from './write-answer.ts'

/** The model's name where none is configured. */
export const extractive = 'extractive'

/** Writes the answer, streaming it. Without passages no model is asked: it would have to make something up. */
export function generate({
  llm,
  limits,
  analyze,
  metrics,
  loadStatistics,
}: Pick<NodeDependencies, 'llm' | 'limits' | 'analyze' | 'metrics' | 'loadStatistics'>): RunNode {
  return async (state, context) => {
    if (state.passages.length === 0) return noEvidence(state, context, llm?.model ?? extractive)
    if (!llm) return extract(state, context)
    const { draft, usage, passages } = await writeAnswer(llm, limits, state, context)
    metrics.citationsRemoved.inc(draft.removedMarkers?.length ?? 0)
    metrics.linksRemoved.inc(draft.removedLinks ?? 0)
    return { ...drafted(state, draft, usage), passages }
  }

  async function extract(state: RunState, context: NodeContext): Promise<RunUpdate> {
    const { caller, request } = context.work
    const question = state.query ?? request.question
    const analyzeIn = inLanguageOf(state.passages, analyze)
    const terms = termsOf(questionWords(question, analyzeIn))
    const statistics = (await loadStatistics(caller.workspaceId, request.collection, terms)) ?? undefined
    const extracted = extractAnswer({ question, passages: state.passages, analyze: analyzeIn, statistics })
    if (!extracted) return noEvidence(state, context, extractive)
    let text = ''
    for (const index of extracted.keys()) {
      const longer = extractedText(extracted.slice(0, index + 1))
      context.write(longer.slice(text.length))
      text = longer
    }
    return drafted(state, { text, finishReason: 'STOP', model: extractive, extracted }, null)
  }
}

function noEvidence(state: RunState, { write }: NodeContext, model: string): RunUpdate {
  write(NO_EVIDENCE)
  return drafted(state, { text: NO_EVIDENCE, finishReason: 'NO_EVIDENCE', model, extracted: null }, null)
}

function drafted({ attempts, usage }: RunState, draft: Draft, used: TokenUsage | null): RunUpdate {
  return { draft, attempts: attempts + 1, usage: sum(usage, used) }
}

function sum(a: TokenUsage | null, b: TokenUsage | null): TokenUsage | null {
  if (!a || !b) return a ?? b
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
  }
}
