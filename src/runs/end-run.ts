import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import { purgeCheckpoints } from '../db/sql/run-checkpoint.ts'
import { readLastSeq } from '../db/sql/run-event.ts'
import { endRun, insertCitations, lockHeld } from '../db/sql/run-finish.ts'
import { transaction } from '../db/transaction.ts'
import type { Failure } from '../failure.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import type { RunOutcome } from './run-work.ts'

export type Ending =
  | ({ readonly type: 'RunCompleted' } & RunOutcome)
  | { readonly type: 'RunFailed'; readonly failure: Failure }
  /** With what was written until then, which stays readable; null where that is nothing. */
  | { readonly type: 'RunCancelled'; readonly partial: RunOutcome | null }

const statusOf = { RunCompleted: 'COMPLETED', RunFailed: 'FAILED', RunCancelled: 'CANCELLED' } as const

/**
 * Ends a run with its last event, durably and in one transaction, if its log ends at `last`. Otherwise, a
 * crash of the server took committed deltas away, it returns where the log ends, and changes nothing.
 * @throws LeaseLostError
 */
export function endHeld(pool: pg.Pool, lease: Lease, last: number, ending: Ending): Promise<number | null> {
  return transaction(pool, async (client) => {
    const [held] = await lockHeld(client, lease.runId, lease.token)
    if (!held) throw new LeaseLostError(lease.runId)
    const stored = await lastSeqOf(client, lease.runId)
    if (stored !== last) return stored
    await end(client, lease.runId, last + 1, ending)
    return null
  })
}

/** Cancels a run that is locked, and that nobody works on. */
export async function cancelLocked(
  client: Queryable,
  runId: string,
  partial: RunOutcome | null = null,
): Promise<void> {
  await end(client, runId, (await lastSeqOf(client, runId)) + 1, { type: 'RunCancelled', partial })
}

export async function lastSeqOf(client: Queryable, runId: string): Promise<number> {
  const [row] = await readLastSeq(client, runId)
  return row?.last ?? 0
}

async function end(client: Queryable, runId: string, seq: number, ending: Ending): Promise<void> {
  const outcome = outcomeIn(ending)
  const answer = outcome && JSON.stringify(outcome.answer)
  const failure = ending.type === 'RunFailed' ? JSON.stringify(ending.failure) : null
  const payload = failure ? `{"failure":${failure}}` : '{}'
  if (outcome && outcome.citations.length > 0) {
    const citations = outcome.citations.map((citation, index) => ({ ordinal: index + 1, ...citation }))
    await insertCitations(client, runId, JSON.stringify(citations))
  }
  await purgeCheckpoints(client, [runId])
  await endRun(client, runId, statusOf[ending.type], answer, failure, seq, ending.type, payload)
}

function outcomeIn(ending: Ending): RunOutcome | null {
  if (ending.type === 'RunCompleted') return ending
  return ending.type === 'RunCancelled' ? ending.partial : null
}
