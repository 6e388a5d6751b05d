import type pg from 'pg'
import { renewLeases, touchFollowed } from '../db/sql/run-lease.ts'
import { delay } from '../lib/delay.ts'
import { LeaseLostError } from './lease.ts'
import type { LocalRun } from './local-run.ts'
import type { RunContext } from './run-context.ts'

/**
 * One round of keeping what this process works on; call it every `renewMs`. While the database is away the work goes
 * on: what followers have seen and a crash of the server lost is in the journals, and nowhere else. Resolves with the
 * milliseconds until the grace period of a run ends that nobody follows.
 */
export function createLeaseKeeper(context: RunContext): () => Promise<number | undefined> {
  const { database, active, followers, options, stopping } = context
  /** When a round last came to its end. */
  let heard = performance.now()
  /** Since when rounds have followed each other without a gap. */
  let unbroken = heard

  const renew = async (): Promise<number | undefined> => {
    const runs = [...active.values()]
    if (runs.length === 0) return undefined
    const isFollowed = ({ lease }: LocalRun) => followers.has(lease.runId)
    const kept = await renewAll(database.reserved, runs, isFollowed, options.leaseMs, stopping)
    noteGap()
    // Followers on other replicas could not say either that they were there.
    const known = performance.now() - unbroken
    let soonest: number | undefined
    for (const run of runs) {
      const row = kept.get(run)
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

/** The runs whose leases are held. One whose row stays locked is left for the next round. */
async function renewAll(
  reserved: pg.Pool,
  runs: readonly LocalRun[],
  isFollowed: (run: LocalRun) => boolean,
  leaseMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<LocalRun, Renewed>> {
  const kept = new Map<LocalRun, Renewed>()
  let asked = runs
  for (let attempt = 1; ; attempt += 1) {
    const rows = await renewLeases(
      reserved,
      asked.map((run) => run.lease.runId),
      asked.map((run) => run.lease.token),
      asked.map(isFollowed),
      leaseMs,
    )
    const byLease = new Map(rows.map((row) => [row.lease, row]))
    for (const run of asked) {
      const row = byLease.get(run.lease.token)
      if (row) kept.set(run, row)
      else kept.delete(run)
    }
    asked = asked.filter((run) => kept.get(run)?.renewed === false)
    if (asked.length === 0 || attempt === attempts) return kept
    await delay(pauseMs, signal)
  }
}
