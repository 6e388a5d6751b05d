import { type Caller, requireScope, Scope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { renameConversationRow } from '../db/sql/conversation.ts'
import { NotFoundError } from '../errors.ts'
import type { Conversation } from '../generated/prisma/client.ts'
import { isRowId } from './find-run.ts'

/** Who may ask may say what about. @throws NotFoundError */
export async function renameConversation(
  { pool, prisma }: Database,
  caller: Caller,
  conversationId: string,
  title: string,
): Promise<Conversation> {
  requireScope(caller, Scope.Read)
  const { workspaceId } = caller
  const known = isRowId(conversationId)
  const [renamed] = known ? await renameConversationRow(pool, workspaceId, conversationId, title) : []
  const row = renamed && (await prisma.conversation.findFirst({ where: { id: renamed.id, workspaceId } }))
  if (!row) throw new NotFoundError('There is no such conversation')
  return row
}
