import { requireScope, Scope } from '../access/caller.ts'
import type { Collection } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { requireCollectionName } from './text-input.ts'

export async function findCollection(
  args: { readonly name: string },
  { caller, services }: Context,
): Promise<Collection | null> {
  requireScope(caller, Scope.Read)
  const workspaceId_name = {
    workspaceId: caller.workspaceId,
    name: requireCollectionName('name', args.name),
  }
  return services.database.prisma.collection.findUnique({ where: { workspaceId_name } })
}
