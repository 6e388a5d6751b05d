import type pg from 'pg'
import type { Queryable } from '../db/database.ts'
import { readLastSeq } from '../db/sql/run-event.ts'
import { endRun } from '../db/sql/run-finish.ts'
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
 * Ends a run with its last event, durably and in one statement, if its log ends at `last`. Otherwise, a
 * crash of the server took committed deltas away, it returns where the log ends, and changes nothing.
 * @throws LeaseLostError
 */
export async function endHeld(
  pool: pg.Pool,
  { runId, token }: Lease,
  last: number,
  ending: Ending,
): Promise<number | null> {
  const held = await end(pool, runId, token, last, ending)
  if (!held) throw new LeaseLostError(runId)
  return held.ended ? null : held.last
}

/** Cancels a run that is locked, and that nobody works on. */
export async function cancelLocked(
  client: Queryable,
  runId: string,
  partial: RunOutcome | null = null,
): Promise<void> {
  await end(client, runId, null, null, { type: 'RunCancelled', partial })
}

export async function lastSeqOf(client: Queryable, runId: string): Promise<number> {
  const [row] = await readLastSeq(client, runId)
  return row?.last ?? 0
}

async function end(db: Queryable, runId: string, lease: string | null, last: number | null, ending: Ending) {
  const outcome = outcomeIn(ending)
  const answer = outcome && JSON.stringify(outcome.answer)
  const failure = ending.type === 'RunFailed' ? JSON.stringify(ending.failure) : null
  const payload = failure ? `{"failure":${failure}}` : '{}'
  const citations = outcome?.citations.map((citation, index) => ({ ordinal: index + 1, ...citation })) ?? []
  const status = statusOf[ending.type]
  const [held] = await endRun(
    db,
    runId,
    lease,
    last,
    status,
    answer,
    failure,
    ending.type,
    payload,
    JSON.stringify(citations),
  )
  return held
}

function outcomeIn(ending: Ending): RunOutcome | null {
  if (ending.type === 'RunCompleted') return ending
  return ending.type === 'RunCancelled' ? ending.partial : null
}
