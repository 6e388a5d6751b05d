import { type LeaseRow, takeOver, takeQueued } from '../db/sql/run-lease.ts'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import { leaseOf } from './lease.ts'
import { workOnRun } from './local-run.ts'
import { readLog } from './read-log.ts'
import type { RunContext } from './run-context.ts'

/** Of each kind at a time: the rest waits for the next round, or for another replica. */
const batch = 32

/** Takes up runs that nobody works on: those of processes that died, and queued ones whose turn has come. */
export function createSweeper(context: RunContext): () => Promise<void> {
  const { database, active, options, logger, stopping } = context
  let sweeping: Promise<void> | undefined
  let again = false

  const round = async () => {
    const expired = await takeOver(database.pool, [...active.keys()], batch, options.leaseMs)
    if (expired.length > 0) logger.info({ runs: expired.length }, 'Took over runs')
    const queued = await takeQueued(database.pool, batch, options.leaseMs)
    await Promise.all([...expired, ...queued].map(resume))
  }
  const resume = async (row: LeaseRow) => {
    const past = await retryOutage(stopping, () => readLog(database.pool, row.id))
    stopping.throwIfAborted()
    workOnRun(context, leaseOf(row), past)
  }
  const rounds = async () => {
    do {
      again = false
      await round()
    } while (again && !stopping.aborted)
  }

  return async () => {
    if (stopping.aborted) return
    again = true
    sweeping ??= rounds()
      .catch((error: unknown) => {
        if (stopping.aborted) return
        // Two processes that start runs of one conversation at once: the unique index lets one pass.
        const level = isDatabaseOutage(error) || isUniqueViolation(error) ? 'debug' : 'error'
        logger[level]({ err: error }, 'Looking for runs to take up failed')
      })
      .finally(() => {
        sweeping = undefined
      })
    await sweeping
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === '23505'
}
