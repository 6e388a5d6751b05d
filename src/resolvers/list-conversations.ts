import { requireScope, Scope } from '../access/caller.ts'
import type { Conversation } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { type Connection, keysetPage } from './keyset-page.ts'
import type { PageArgs } from './page-size.ts'

/** Newest first. */
export function listConversations(args: PageArgs, context: Context): Promise<Connection<Conversation>> {
  const { caller, services } = context
  requireScope(caller, Scope.Read)
  return keysetPage(args, {
    key: 'id',
    order: 'desc',
    rows: ({ where, ...page }) =>
      services.database.prisma.conversation.findMany({
        where: { ...where, workspaceId: caller.workspaceId },
        ...page,
      }),
  })
}
