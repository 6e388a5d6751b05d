import type { Conversation, Run } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { type Connection, keysetPage } from './keyset-page.ts'
import type { PageArgs } from './page-size.ts'

/** Of a conversation, oldest first. */
export function listRuns(
  conversation: Conversation,
  args: PageArgs,
  { caller, services }: Context,
): Promise<Connection<Run>> {
  const scope = { conversationId: conversation.id, workspaceId: caller.workspaceId }
  return keysetPage(args, {
    key: 'id',
    rows: ({ where, ...page }) =>
      services.database.prisma.run.findMany({ where: { ...where, ...scope }, ...page }),
  })
}
