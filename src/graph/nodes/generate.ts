import { storableText } from '../../lib/storable-text.ts'
import type { Llm, TokenUsage } from '../../providers/llm/llm.ts'
import { extractAnswer } from '../grounding/extract.ts'
import { extractedText } from '../grounding/extract-text.ts'
import { inLanguageOf } from '../grounding/in-language.ts'
import { isRefusal, NO_EVIDENCE } from '../grounding/no-evidence.ts'
import { answerMessages } from '../grounding/prompt.ts'
import type { NodeContext, NodeDependencies, RunNode } from '../node.ts'
import type { Draft, RunState, RunUpdate } from '../state.ts'

/** The model's name where none is configured. */
export const extractive = 'extractive'

/** Writes the answer, streaming it. Without passages no model is asked: it would have to make something up. */
export function generate({ llm, analyze }: Pick<NodeDependencies, 'llm' | 'analyze'>): RunNode {
  return (state, context) => {
    if (state.passages.length === 0)
      return Promise.resolve(noEvidence(state, context, llm?.model ?? extractive))
    return llm ? write(llm, state, context) : Promise.resolve(extract(state, context))
  }

  function extract(state: RunState, context: NodeContext): RunUpdate {
    const question = state.query ?? context.work.request.question
    const extracted = extractAnswer({
      question,
      passages: state.passages,
      analyze: inLanguageOf(state.passages, analyze),
    })
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

async function write(llm: Llm, state: RunState, { work, signal, write }: NodeContext): Promise<RunUpdate> {
  const { history, passages, rejection } = state
  const { question } = work.request
  const feedback = rejection ? { feedback: rejection.feedback } : {}
  const messages = answerMessages({ question, history, passages, ...feedback })
  const storable = storableText()
  let text = ''
  const stream = (piece: string) => {
    if (piece === '') return
    text += piece
    write(piece)
  }
  let finishReason: Draft['finishReason'] = 'STOP'
  let usage: TokenUsage | null = null
  for await (const event of llm.generate({ messages, affinity: work.conversationId }, signal)) {
    if (event.type === 'delta') stream(storable.push(event.text))
    else ({ finishReason, usage } = event)
  }
  stream(storable.flush())
  // A generator that was closed by the abort ends without an error; half an answer must not pass for one.
  signal.throwIfAborted()
  if (text.trim() === '') stream(NO_EVIDENCE)
  if (isRefusal(text) || text.endsWith(NO_EVIDENCE)) finishReason = 'NO_EVIDENCE'
  return drafted(state, { text, finishReason, model: llm.model, extracted: null }, usage)
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
