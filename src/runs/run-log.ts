import type pg from 'pg'
import { deleteHits, insertHits, setRetrieval } from '../db/sql/run-hit.ts'
import { transaction } from '../db/transaction.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import type { Journal } from './journal.ts'
import { requireLease } from './lease.ts'
import type { RunLog } from './run-work.ts'

/** The journal as the executor sees it: once the work has been aborted nothing is appended any more. */
export function createRunLog(pool: pg.Pool, journal: Journal, signal: AbortSignal): RunLog {
  const { runId } = journal.lease
  const recorded = Promise.withResolvers<void>()
  if (journal.has('SourcesRetrieved')) recorded.resolve()
  return {
    get text() {
      return journal.text
    },
    recorded: recorded.promise,
    get hasSources() {
      return journal.has('SourcesRetrieved')
    },
    delta(text) {
      signal.throwIfAborted()
      if (text !== '') journal.append({ type: 'AnswerDelta', text })
    },
    reset(reason) {
      signal.throwIfAborted()
      journal.append({ type: 'AnswerReset', reason })
    },
    async sources({ mode, underfilled, hits, promptVersion = null }, beside) {
      // Evidence first: whoever hears of it can read it.
      await retryOutage(signal, () =>
        transaction(pool, async (client) => {
          await requireLease(client, journal.lease)
          await beside?.(client)
          await deleteHits(client, runId)
          await insertHits(client, runId, JSON.stringify(hits))
          await setRetrieval(client, runId, mode, underfilled, promptVersion)
        }),
      )
      signal.throwIfAborted()
      journal.append({ type: 'SourcesRetrieved' })
      recorded.resolve()
    },
  }
}
