import { renewLeases, touchFollowed } from '../db/sql/run-lease.ts'
import { LeaseLostError } from './lease.ts'
import type { RunContext } from './run-context.ts'

/** How many leases long a process works on without hearing from the database: nothing it does would be lost. */
const patience = 6

/** One round of keeping what this process works on; call it every `renewMs`. */
export function createLeaseKeeper(context: RunContext): () => Promise<void> {
  const { database, active, followers, options } = context
  let heard = performance.now()

  const renew = async () => {
    const runs = [...active.values()]
    if (runs.length === 0) return
    const renewed = await renewLeases(
      database.pool,
      runs.map((run) => run.lease.runId),
      runs.map((run) => run.lease.token),
      runs.map((run) => followers.has(run.lease.runId)),
      options.leaseMs,
    )
    const byId = new Map(renewed.map((row) => [row.lease, row]))
    for (const run of runs) {
      const row = byId.get(run.lease.token)
      // An ended run has no lease either; to let it go changes nothing.
      if (!row) run.letGo(new LeaseLostError(run.lease.runId))
      else if (row.cancel_requested || row.idle_ms > options.graceMs) run.cancel()
    }
  }

  return async () => {
    try {
      await renew()
      const elsewhere = followers.runIds().filter((runId) => !active.has(runId))
      if (elsewhere.length > 0) await touchFollowed(database.pool, elsewhere)
      heard = performance.now()
    } catch (error) {
      context.logger.warn({ err: error }, 'Leases could not be renewed')
      if (performance.now() - heard < patience * options.leaseMs) return
      for (const run of active.values()) run.letGo(new LeaseLostError(run.lease.runId))
    }
  }
}
