import { statement } from '../statement.ts'

const family = 'conversation'

/** None where the workspace has no such conversation. */
export const renameConversationRow = statement<
  [workspaceId: string, conversationId: string, title: string],
  { id: string }
>(
  family,
  'rename',
  `UPDATE conversation SET title = $3, updated_at = now()
   WHERE workspace_id = $1::uuid AND id = $2::uuid RETURNING id`,
)
