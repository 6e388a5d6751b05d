import { findExpired, type LeaseRow, takeOver, takeQueued } from '../db/sql/run-lease.ts'
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
  /** When the database last answered. */
  let heard = performance.now()
  let trustedFrom = heard

  const round = async () => {
    const expired = (await isAnyExpired()) ? await takeExpired() : []
    const queued = await takeQueued(database.pool, batch, options.leaseMs)
    // Of a process with many runs there are more.
    again ||= expired.length === batch || queued.length === batch
    await Promise.all([...expired, ...queued].map(resume))
  }
  /**
   * A database that was away let no one renew: whoever lives is given another lease's time to do so, and to write again
   * what a crash took from the log. Seen before anything is taken: the same statement could have waited through it.
   */
  const isAnyExpired = async () => {
    const [found] = await findExpired(database.pool, [...active.keys()])
    const now = performance.now()
    if (now - heard > options.leaseMs / 2) trustedFrom = now + options.leaseMs
    heard = now
    return found !== undefined && now >= trustedFrom
  }
  const takeExpired = async () => {
    const expired = await takeOver(database.pool, [...active.keys()], batch, options.leaseMs)
    if (expired.length > 0) logger.info({ runs: expired.length }, 'Took over runs')
    return expired
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
