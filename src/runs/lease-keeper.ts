import type pg from 'pg'
import { renewLeases, touchFollowed } from '../db/sql/run-lease.ts'
import { delay } from '../lib/delay.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import type { RunContext } from './run-context.ts'

/**
 * One round of keeping what this process works on; call it every `renewMs`. While the database is away the work goes
 * on: what followers have seen and a crash of the server lost is in the journals, and nowhere else. Resolves with the
 * milliseconds until the grace period of a run ends that nobody follows.
 */
export function createLeaseKeeper(context: RunContext): () => Promise<number | undefined> {
  const { database, active, resuming, followers, options, stopping } = context
  /** When a round last came to its end. */
  let heard = performance.now()
  /** Since when rounds have followed each other without a gap. */
  let unbroken = heard

  const renew = async (): Promise<number | undefined> => {
    const runs = [...active.values()]
    const leases = [...runs.map((run) => run.lease), ...resuming]
    if (leases.length === 0) return undefined
    const isFollowed = ({ runId }: Lease) => followers.has(runId)
    const kept = await renewAll(database.reserved, leases, isFollowed, options.leaseMs, stopping)
    noteGap()
    // Followers on other replicas could not say either that they were there.
    const known = performance.now() - unbroken
    let soonest: number | undefined
    for (const run of runs) {
      const row = kept.get(run.lease)
      // An ended run has no lease either; to let it go changes nothing.
      if (!row) run.letGo(new LeaseLostError(run.lease.runId))
      else {
        const left = options.graceMs - Math.min(row.idle_ms, known)
        if (row.cancel_requested || left <= 0) run.cancel()
        else soonest = Math.min(soonest ?? left, left)
      }
    }
    return soonest === undefined ? undefined : Math.ceil(soonest)
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
      const soonest = await renew()
      const elsewhere = followers.runIds().filter((runId) => !active.has(runId))
      if (elsewhere.length > 0) await touchFollowed(database.reserved, elsewhere)
      noteGap()
      return soonest
    } catch (error) {
      if (!stopping.aborted) context.logger.warn({ err: error }, 'Leases could not be renewed')
      return undefined
    }
  }
}

/** Every event of a run locks its row for a moment: who is asked for so often in a row is found without the lock. */
const attempts = 10
const pauseMs = 5

type Renewed = Awaited<ReturnType<typeof renewLeases>>[number]

/** The leases that are held. One whose run's row stays locked is left for the next round. */
async function renewAll(
  reserved: pg.Pool,
  leases: readonly Lease[],
  isFollowed: (lease: Lease) => boolean,
  leaseMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<Lease, Renewed>> {
  const kept = new Map<Lease, Renewed>()
  let asked = leases
  for (let attempt = 1; ; attempt += 1) {
    const rows = await renewLeases(
      reserved,
      asked.map((lease) => lease.runId),
      asked.map((lease) => lease.token),
      asked.map(isFollowed),
      leaseMs,
    )
    const byToken = new Map(rows.map((row) => [row.lease, row]))
    for (const lease of asked) {
      const row = byToken.get(lease.token)
      if (row) kept.set(lease, row)
      else kept.delete(lease)
    }
    asked = asked.filter((lease) => kept.get(lease)?.renewed === false)
    if (asked.length === 0 || attempt === attempts) return kept
    await delay(pauseMs, signal)
  }
}
