import type { Database } from '../../db/database.ts'
import { readExchanges, type SummaryRow, storeSummary } from '../../db/sql/conversation-summary.ts'
import { createDeadline } from '../../lib/deadline.ts'
import { untilAborted } from '../../lib/until-aborted.ts'
import type { Llm } from '../../providers/llm/llm.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { historyRead } from './history.ts'
import { summarize } from './summarize.ts'

/** Brings the summaries of conversations up to date, beside their runs. */
export interface Summaries extends AsyncDisposable {
  /** Begins and returns at once: who asks answers with what there is. One at a time for each conversation. */
  refresh(workspaceId: string, stored: SummaryRow, upToRunId: string): void
  /** When nothing is under way. */
  idle(): Promise<void>
}

export interface SummariesDependencies {
  readonly database: Database
  readonly llm: Llm
  readonly logger: Logger
  /** In milliseconds. @default 30000 */
  readonly withinMs?: number
}

/** Of one process: an answer must not wait for the models behind them. */
const mostAtOnce = 2
/** Exchanges that one call takes up; the next run goes on from there. Within small contexts: about 5,000 tokens. */
const mostExchanges = 6

export function createSummaries({
  database: { pool },
  llm,
  logger,
  withinMs = 30_000,
}: SummariesDependencies): Summaries {
  const stopping = new AbortController()
  const underWay = new Map<string, Promise<void>>()

  const bringUpToDate = async (workspaceId: string, stored: SummaryRow, upToRunId: string) => {
    const { conversation_id: id, summary, summary_run_id: reached, summary_version: version } = stored
    const { characters } = historyRead
    const read = await readExchanges(pool, workspaceId, id, reached, upToRunId, mostExchanges, characters)
    const last = read.at(-1)
    if (!last) return
    using deadline = createDeadline(stopping.signal)
    deadline.start(withinMs)
    const { signal } = deadline
    const text = await untilAborted(summarize(llm, summary, read, id, signal), signal)
    if (text !== null) await storeSummary(pool, workspaceId, id, version, text, last.id)
  }

  return {
    refresh(workspaceId, stored, upToRunId) {
      const { conversation_id: id } = stored
      if (stopping.signal.aborted || underWay.has(id) || underWay.size >= mostAtOnce) return
      const work = bringUpToDate(workspaceId, stored, upToRunId)
        .catch((error: unknown) => {
          if (stopping.signal.aborted) return
          // The next run of the conversation tries again; until then it does without.
          logger.warn({ err: error, conversationId: id }, 'A conversation could not be summed up')
        })
        .finally(() => underWay.delete(id))
      underWay.set(id, work)
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('This process stops'))
      await Promise.all(underWay.values())
    },
  }
}
