import { type SearchedInContext, withPrevious, wordsBefore } from '../../src/graph/conversation/follow-up.ts'
import { chooseHistory } from '../../src/graph/conversation/history.ts'
import { condense } from '../../src/graph/nodes/condense.ts'
import { input, type RunState } from '../../src/graph/state.ts'
import type { Llm } from '../../src/providers/llm/llm.ts'
import type { QueryContext } from '../../src/retrieval/retrieval.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import type { ConversationTask } from './conversation-tasks.ts'

/** What is searched for, and the conversation that it is searched for in. */
interface Condensed {
  readonly query: string
  readonly context?: QueryContext | null
}
export type Way = (task: ConversationTask) => Promise<Condensed> | Condensed

const forever = new AbortController().signal

const historyOf = ({ exchanges }: ConversationTask) =>
  chooseHistory(
    exchanges.toReversed().map((exchange, index) => ({ ...exchange, id: String(index) })),
    null,
  )

/** Groundwire's own, as a run has it. */
function groundwire(llm: Llm | null): Way {
  const logger = createLogger('error')
  return async (task) => {
    const node = condense({ llm, logger, loadHistory: async () => historyOf(task) })
    const request = { question: task.question, collection: '', topK: 10, filter: null }
    const caller = { workspaceId: '', scopes: [] }
    const news = { run: true, conversation: false }
    const work = { runId: task.id, conversationId: task.id, caller, request, news }
    const { query, context } = await node(input as RunState, {
      work,
      signal: forever,
      recorded: Promise.resolve(),
      write: () => {},
    })
    const { query: searched, words } = context as SearchedInContext
    return { query: searched, context: { standalone: String(query), words } }
  }
}

/** By name; some can be asked only of tasks that a person rewrote. */
export function waysToCondense(
  llm: Llm | null,
): readonly (readonly [name: string, way: Way, needsRewrite?: boolean])[] {
  return [
    ['last turn', ({ question }) => ({ query: question })],
    [
      'whole conversation',
      ({ exchanges, question }) => ({
        query: [...exchanges.flatMap((each) => [each.question, each.answer ?? '']), question].join('\n'),
      }),
    ],
    ['question before, last turn', (task) => ({ query: withPrevious(task.question, historyOf(task).turns) })],
    ['without a model', groundwire(null)],
    ...(llm ? [['by a model', groundwire(llm)] as const] : []),
    ['human rewrite', ({ rewrite }) => ({ query: rewrite ?? '' }), true],
    [
      'human rewrite in context',
      (task) => ({
        query: task.rewrite ?? '',
        context: { standalone: task.rewrite ?? '', words: wordsBefore(task.question, historyOf(task).turns) },
      }),
      true,
    ],
  ]
}
