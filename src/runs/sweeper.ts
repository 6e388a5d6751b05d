import { findExpired, type LeaseRow, takeOver, takeQueued } from '../db/sql/run-lease.ts'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import { cancelUnfollowed } from './cancel-unfollowed.ts'
import { bridgeHeld } from './cut-log.ts'
import { LeaseLostError, leaseOf } from './lease.ts'
import { createLeaseTrust } from './lease-trust.ts'
import { workOnRun } from './local-run.ts'
import { readLog } from './read-log.ts'
import type { RunContext } from './run-context.ts'

/** Of each kind at a time: the rest waits for the next round, or for another replica. */
const batch = 32

/** Takes up runs that nobody works on: those of processes that died, and queued ones whose turn has come. */
export function createSweeper(context: RunContext): () => Promise<void> {
  const { database, active, resuming, options, logger, stopping } = context
  let sweeping: Promise<void> | undefined
  let again = false
  const trust = createLeaseTrust(options)

  const round = async () => {
    const expired = await takeExpired()
    // Of a process with many runs there are more.
    again ||= expired.length === batch
    // What was taken is worked on whatever becomes of the next statement.
    await Promise.all([...expired.map(resume), resumeQueued(), cancelQueued()])
  }
  const resumeQueued = async () => {
    const queued = await takeQueued(database.pool, batch, options.leaseMs)
    again ||= queued.length === batch
    await Promise.all(queued.map(resume))
  }
  const cancelQueued = async () => {
    if (trust.unbrokenMs >= options.graceMs) await cancelUnfollowed(context, batch)
  }
  const takeExpired = async () => {
    const here = [...active.keys()]
    const [found] = await findExpired(database.reserved, here)
    // Before anything is taken: the same statement could have waited through an outage.
    trust.heard()
    if (!found) return []
    const expired = await takeOver(database.reserved, here, batch, options.leaseMs, !trust.inExpiry)
    if (expired.length > 0) logger.info({ runs: expired.length }, 'Took over runs')
    return expired
  }
  const resume = async (row: LeaseRow) => {
    const lease = leaseOf(row)
    // Under load it takes longer than a lease to read what there is.
    resuming.add(lease)
    try {
      const past = await retryOutage(stopping, async () =>
        bridgeHeld(database, lease, await readLog(database.pool, row.id)),
      )
      stopping.throwIfAborted()
      workOnRun(context, lease, past)
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
    } finally {
      resuming.delete(lease)
    }
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
