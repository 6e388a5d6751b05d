import type pg from 'pg'
import { recordRetrieval } from '../db/sql/run-hit.ts'
import { transaction } from '../db/transaction.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import type { Journal } from './journal.ts'
import { LeaseLostError } from './lease.ts'
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
          const { token } = journal.lease
          const evidence = JSON.stringify(hits)
          const held = await recordRetrieval(client, runId, token, mode, underfilled, promptVersion, evidence)
          if (held.length === 0) throw new LeaseLostError(runId)
          await beside?.(client)
        }),
      )
      signal.throwIfAborted()
      journal.append({ type: 'SourcesRetrieved' })
      recorded.resolve()
    },
  }
}
