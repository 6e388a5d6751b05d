import type { Queryable } from '../db/database.ts'
import { requestCancel } from '../db/sql/run-finish.ts'
import { findActive, lockQueued } from '../db/sql/run-start.ts'
import { cancelLocked } from './end-run.ts'

export interface Interrupted {
  /** How many were waiting, and have ended. */
  readonly ended: number
  /** Those at work: whoever works on one, or takes it over, ends it; a queued run waits until then. */
  readonly asked: readonly string[]
}

/**
 * Cancels the active runs of a conversation, which is locked, together with what the transaction starts in their
 * place: no other start can come between, so that the latest of many that interrupt each other is the one that stays.
 */
export async function interruptRuns(
  client: Queryable,
  workspaceId: string,
  conversationId: string,
): Promise<Interrupted> {
  const waiting = await lockQueued(client, conversationId)
  for (const { id } of waiting) await cancelLocked(client, id)
  const asked: string[] = []
  for (const { id } of await findActive(client, conversationId)) {
    // None where it has ended since it was found.
    if ((await requestCancel(client, workspaceId, id)).length > 0) asked.push(id)
  }
  return { ended: waiting.length, asked }
}
