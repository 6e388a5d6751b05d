import { renewLeases, touchFollowed } from '../db/sql/run-lease.ts'
import { LeaseLostError } from './lease.ts'
import type { RunContext } from './run-context.ts'

/**
 * One round of keeping what this process works on; call it every `renewMs`. While the database is away the work goes
 * on: what followers have seen and a crash of the server lost is in the journals, and nowhere else.
 */
export function createLeaseKeeper(context: RunContext): () => Promise<void> {
  const { database, active, followers, options } = context
  /** When a round last came to its end. */
  let heard = performance.now()
  /** Since when rounds have followed each other without a gap. */
  let unbroken = heard

  /** When the server was started on which all logs are known to be whole. */
  let server = ''

  const renewed = () => {
    const runs = [...active.values()]
    return renewLeases(
      database.pool,
      runs.map((run) => run.lease.runId),
      runs.map((run) => run.lease.token),
      runs.map((run) => followers.has(run.lease.runId)),
      options.leaseMs,
      server,
    )
  }
  /** A lease that was renewed after a crash tells its successor that the log is whole. */
  const restored = async (found: string) => {
    const journals = [...active.values()].map((run) => run.journal)
    for (const journal of journals) journal.recheck()
    await Promise.all(journals.map((journal) => journal.flush().catch(() => {})))
    server = found
    return renewed()
  }
  const renew = async () => {
    const runs = [...active.values()]
    if (runs.length === 0) return
    let rows = await renewed()
    const [row] = rows
    if (row && row.server !== server) rows = await restored(row.server)
    const byId = new Map(rows.map((row) => [row.lease, row]))
    noteGap()
    // Followers on other replicas could not say either that they were there.
    const known = performance.now() - unbroken
    for (const run of runs) {
      const row = byId.get(run.lease.token)
      // An ended run has no lease either; to let it go changes nothing.
      if (!row) run.letGo(new LeaseLostError(run.lease.runId))
      else if (row.cancel_requested || Math.min(row.idle_ms, known) > options.graceMs) run.cancel()
    }
  }
  const noteGap = () => {
    const now = performance.now()
    if (now - heard > 3 * options.renewMs) {
      unbroken = now
      for (const run of active.values()) run.journal.recheck()
    }
    heard = now
  }

  return async () => {
    try {
      await renew()
      const elsewhere = followers.runIds().filter((runId) => !active.has(runId))
      if (elsewhere.length > 0) await touchFollowed(database.pool, elsewhere)
      noteGap()
    } catch (error) {
      context.logger.warn({ err: error }, 'Leases could not be renewed')
    }
  }
}
