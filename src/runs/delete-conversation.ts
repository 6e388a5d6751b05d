import { type Caller, requireScope, Scope } from '../access/caller.ts'
import { deleteConversationRow, listRuns, lockForDelete, notifyGone } from '../db/sql/conversation-delete.ts'
import { purgeCheckpoints } from '../db/sql/run-checkpoint.ts'
import { findActive } from '../db/sql/run-start.ts'
import { transaction } from '../db/transaction.ts'
import { NotFoundError } from '../errors.ts'
import { cancelRun } from './cancel-run.ts'
import { isRowId } from './find-run.ts'
import { LeaseLostError } from './lease.ts'
import type { RunContext } from './run-context.ts'

/** Cancels what is active, then deletes the conversation with everything that its runs left. */
export async function deleteConversation(
  context: RunContext,
  caller: Caller,
  conversationId: string,
): Promise<string> {
  requireScope(caller, Scope.Write)
  const { database, active } = context
  const { workspaceId } = caller
  const gone = () => new NotFoundError('There is no such conversation')
  if (!isRowId(conversationId)) throw gone()
  const found = await database.prisma.conversation.findFirst({ where: { id: conversationId, workspaceId } })
  if (!found) throw gone()
  for (const run of await findActive(database.pool, conversationId)) {
    await cancelRun(context, caller, run.id)
  }
  const runIds = await transaction(database.pool, async (client) => {
    const [locked] = await lockForDelete(client, workspaceId, conversationId)
    if (!locked) throw gone()
    const ids = (await listRuns(client, conversationId)).map((run) => run.id)
    await purgeCheckpoints(client, ids)
    await notifyGone(client, ids)
    await deleteConversationRow(client, workspaceId, conversationId)
    return ids
  })
  // One that was started after the others were cancelled: its row is gone, and with it the lease.
  for (const runId of runIds) active.get(runId)?.letGo(new LeaseLostError(runId))
  return found.id
}
