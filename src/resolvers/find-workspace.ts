import { requireScope, Scope } from '../access/caller.ts'
import { NotFoundError } from '../errors.ts'
import type { Workspace } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'

/** The caller's own. */
export async function findWorkspace({ caller, services }: Context): Promise<Workspace> {
  requireScope(caller, Scope.Read)
  const where = { id: caller.workspaceId }
  const workspace = await services.database.prisma.workspace.findUnique({ where })
  if (!workspace) throw new NotFoundError('The workspace is not there any more')
  return workspace
}
