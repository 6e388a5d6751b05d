import { statement } from '../statement.ts'

const family = 'conversation-delete'

/** Locks it, so that no run is added. */
export const lockForDelete = statement<[workspaceId: string, conversationId: string], { id: string }>(
  family,
  'lock',
  'SELECT id FROM conversation WHERE workspace_id = $1::uuid AND id = $2::uuid FOR UPDATE',
)

/** Read after the lock: a run that was committed while this waited for it counts, too. */
export const listRuns = statement<[conversationId: string], { id: string }>(
  family,
  'list-runs',
  'SELECT id FROM run WHERE conversation_id = $1::uuid',
)

/** Runs, events, hits and citations go with it. */
export const deleteConversationRow = statement<[workspaceId: string, conversationId: string], { id: string }>(
  family,
  'delete',
  'DELETE FROM conversation WHERE workspace_id = $1::uuid AND id = $2::uuid RETURNING id',
)

/** Wakes followers of runs that are gone: there is no event to read any more. */
export const notifyGone = statement<[runIds: readonly string[]], { notified: string }>(
  family,
  'notify-gone',
  `SELECT pg_notify('groundwire_run', id || ':gone') AS notified FROM unnest($1::uuid[]) AS id`,
)
