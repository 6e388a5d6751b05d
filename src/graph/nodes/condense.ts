import { createDeadline } from '../../lib/deadline.ts'
import { untilAborted } from '../../lib/until-aborted.ts'
import type { Llm, TokenUsage } from '../../providers/llm/llm.ts'
import { withPrevious, wordsBefore } from '../conversation/follow-up.ts'
import { condenseMessages, type Turn } from '../grounding/prompt.ts'
import type { NodeContext, NodeDependencies, RunNode } from '../node.ts'
import type { RunUpdate } from '../state.ts'

/** A query is short; a model that goes on and on has not understood. */
const maxTokens = 120
const longestQuery = 1_000
/** The answer waits for it, and a search is nearly as good without: see docs/EVALUATION.md. */
const condenseMs = 4_000

/** Makes a question that leans on the conversation one that can be searched for. */
export function condense({
  llm,
  loadHistory,
  logger,
  condenseWithinMs = condenseMs,
}: Pick<NodeDependencies, 'llm' | 'loadHistory' | 'logger' | 'condenseWithinMs'>): RunNode {
  return async (_state, { work, signal }) => {
    const { question } = work.request
    const { turns, summary } = await loadHistory(work)
    const history = [...summary, ...turns]
    if (turns.length === 0) return { history, query: question }
    if (!llm) return { history, ...withoutModel(question, turns) }
    using deadline = createDeadline(signal)
    deadline.start(condenseWithinMs)
    try {
      // Also where the model does not heed the signal.
      const rewritten = await untilAborted(rewrite(llm, work, history, deadline.signal), deadline.signal)
      const query = rewritten.query || question
      const { usage } = rewritten
      // Part of what the answer costs; the answer's own is added to it.
      return {
        history,
        query,
        context: { query, words: wordsBefore(question, turns) },
        ...(usage && { usage }),
      }
    } catch (error) {
      signal.throwIfAborted()
      // A worse search is better than no answer.
      logger.warn({ err: error, runId: work.runId }, 'A question could not be condensed')
      return { history, ...withoutModel(question, turns) }
    }
  }
}

/** A model of meaning reads the question before, too; by words it would count as much as the question itself. */
function withoutModel(question: string, turns: readonly Turn[]): RunUpdate {
  return {
    query: withPrevious(question, turns),
    context: { query: question, words: wordsBefore(question, turns) },
  }
}

async function rewrite(
  llm: Llm,
  { request: { question }, conversationId: affinity }: NodeContext['work'],
  history: readonly Turn[],
  signal: AbortSignal,
): Promise<{ readonly query: string; readonly usage: TokenUsage | null }> {
  const messages = condenseMessages({ question, history })
  const asked = { messages, maxTokens, temperature: 0, affinity }
  let text = ''
  let usage: TokenUsage | null = null
  for await (const event of llm.generate(asked, signal)) {
    if (event.type === 'delta') text += event.text
    else usage = event.usage
    if (text.length > longestQuery) return { query: '', usage }
  }
  const query = text.trim().split('\n')[0]?.trim() ?? ''
  return { query: query.length <= longestQuery ? query : '', usage }
}
