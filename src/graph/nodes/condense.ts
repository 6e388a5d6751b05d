import { createDeadline } from '../../lib/deadline.ts'
import { untilAborted } from '../../lib/until-aborted.ts'
import type { Llm } from '../../providers/llm/llm.ts'
import { inContext } from '../conversation/follow-up.ts'
import { condenseMessages, type Turn } from '../grounding/prompt.ts'
import type { NodeDependencies, RunNode } from '../node.ts'
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
    const { turns, summary } = await loadHistory(work.caller.workspaceId, work.runId)
    const history = [...summary, ...turns]
    if (turns.length === 0) return { history, query: question }
    if (!llm) return { history, ...withoutModel(question, turns) }
    using deadline = createDeadline(signal)
    deadline.start(condenseWithinMs)
    try {
      // Also where the model does not heed the signal.
      const rewritten = await untilAborted(rewrite(llm, question, history, deadline.signal), deadline.signal)
      return { history, query: rewritten || question }
    } catch (error) {
      signal.throwIfAborted()
      // A worse search is better than no answer.
      logger.warn({ err: error, runId: work.runId }, 'A question could not be condensed')
      return { history, ...withoutModel(question, turns) }
    }
  }
}

function withoutModel(question: string, turns: readonly Turn[]): RunUpdate {
  const context = inContext(question, turns)
  return { query: context?.standalone ?? question, context }
}

async function rewrite(
  llm: Llm,
  question: string,
  history: readonly Turn[],
  signal: AbortSignal,
): Promise<string> {
  const messages = condenseMessages({ question, history })
  let text = ''
  for await (const event of llm.generate({ messages, maxTokens, temperature: 0 }, signal)) {
    if (event.type === 'delta') text += event.text
    if (text.length > longestQuery) return ''
  }
  const query = text.trim().split('\n')[0]?.trim() ?? ''
  return query.length <= longestQuery ? query : ''
}
