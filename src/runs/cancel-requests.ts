import type { Database } from '../db/database.ts'
import { requestCancel } from '../db/sql/run-finish.ts'

/** Asks whoever works on a run of the workspace, on whichever replica, to cancel it. Nothing where it has ended. */
export type RequestCancel = (workspaceId: string, runId: string) => Promise<void>

/**
 * By a reserved connection, since what is to be stopped may be what keeps all others busy; one after the other, so that
 * many do not take the other reserved ones. Where that is no way (a row that stays locked), by any connection.
 */
export function createCancelRequests({ pool, reserved }: Database): RequestCancel {
  let before: Promise<unknown> = Promise.resolve()
  return async (workspaceId, runId) => {
    const asked = before.then(() => requestCancel(reserved, workspaceId, runId))
    before = asked.catch(() => {})
    await asked.catch(() => requestCancel(pool, workspaceId, runId))
  }
}
