import { requireScope, Scope } from '../access/caller.ts'
import type { Collection } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { type Connection, keysetPage } from './keyset-page.ts'
import type { PageArgs } from './page-size.ts'

/** By name. */
export function listCollections(args: PageArgs, context: Context): Promise<Connection<Collection>> {
  const { caller, services } = context
  requireScope(caller, Scope.Read)
  return keysetPage(args, {
    key: 'name',
    rows: ({ where, ...page }) =>
      services.database.prisma.collection.findMany({
        where: { ...where, workspaceId: caller.workspaceId },
        ...page,
      }),
  })
}
