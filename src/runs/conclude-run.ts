import { retryOutage } from '../lib/retry-outage.ts'
import { type Ending, endHeld } from './end-run.ts'
import { internalFailure } from './failure-of.ts'
import type { Journal, NewEvent } from './journal.ts'
import { LeaseLostError } from './lease.ts'
import type { RunContext } from './run-context.ts'

/** Ends a run that this process holds. Where the lease is lost meanwhile, whoever has it ends it. */
export async function concludeRun(
  { database, metrics, logger }: RunContext,
  journal: Journal,
  ending: Ending,
  signal: AbortSignal,
): Promise<void> {
  const commit = async (wanted: Ending) => {
    for (;;) {
      await journal.flush()
      const stored = await retryOutage(signal, () =>
        endHeld(database.pool, journal.lease, journal.last, wanted),
      )
      if (stored === null) break
      journal.stored(stored)
    }
    metrics.runs.inc({ outcome: outcomeOf[wanted.type] })
    journal.conclude(eventOf(wanted))
  }
  try {
    await commit(ending)
  } catch (error) {
    if (error instanceof LeaseLostError) return journal.fail(error)
    if (signal.aborted) return
    logger.error({ err: error, runId: journal.lease.runId }, 'The end of a run could not be stored')
    await commit({ type: 'RunFailed', failure: internalFailure })
  }
}

export const outcomeOf = {
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunCancelled: 'cancelled',
} as const

function eventOf(ending: Ending): NewEvent {
  return ending.type === 'RunFailed' ? { type: ending.type, failure: ending.failure } : { type: ending.type }
}
