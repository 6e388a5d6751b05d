import type { Llm } from '../../providers/llm/llm.ts'
import { condenseMessages, type Turn } from '../grounding/prompt.ts'
import type { NodeDependencies, RunNode } from '../node.ts'

/** A query is short; a model that goes on and on has not understood. */
const maxTokens = 120
const longestQuery = 1_000
/** Words (or, without spaces, characters) up to which a question can hardly stand alone. */
const shortQuestion = 4
const pronouns = new Set(
  (
    'it its they them their theirs this that these those he him his she her hers one ones there then former latter ' +
    'same er sie es ihn ihm ihr ihre dies diese dieser dieses jene jener jenes dort il elle ils elles ce cette ces ' +
    'el ella ellos este esta eso он она оно они его её ее их это этот эта эти там'
  ).split(' '),
)
const leadIn = /^(?:and|but|or|so|also|what about|how about|und|aber|et|mais|y|а|и|но)(?![\p{L}\p{M}])/iu

/** Makes a question that leans on the conversation one that can be searched for. */
export function condense({
  llm,
  loadHistory,
  logger,
}: Pick<NodeDependencies, 'llm' | 'loadHistory' | 'logger'>): RunNode {
  return async (_state, { work, signal }) => {
    const { question } = work.request
    const history = await loadHistory(work.caller.workspaceId, work.runId)
    if (history.length === 0) return { history, query: question }
    if (!llm) return { history, query: withPrevious(question, history) }
    try {
      return { history, query: (await rewrite(llm, question, history, signal)) || question }
    } catch (error) {
      signal.throwIfAborted()
      // A worse search is better than no answer.
      logger.warn({ err: error, runId: work.runId }, 'A question could not be condensed')
      return { history, query: withPrevious(question, history) }
    }
  }
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
  }
  const query = text.trim().split('\n')[0]?.trim() ?? ''
  return query.length <= longestQuery ? query : ''
}

/**
 * Without a model: a follow-up that is short, begins with "and" or refers back ("it", "their") is searched for
 * together with the question before it.
 */
export function withPrevious(question: string, history: readonly Turn[]): string {
  const previous = history.findLast((turn) => turn.role === 'user')?.content
  if (previous === undefined) return question
  const words = question.trim().split(/\s+/)
  const short = words.length === 1 ? question.trim().length <= 12 : words.length <= shortQuestion
  const leans = short || leadIn.test(question.trim()) || refersBack(question)
  return leans ? `${previous} ${question}` : question
}

function refersBack(question: string): boolean {
  return question.split(/[^\p{L}\p{M}]+/u).some((word) => pronouns.has(word.toLowerCase()))
}
