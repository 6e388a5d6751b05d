import { requireScope, Scope } from '../access/caller.ts'
import type { PrismaClient } from '../generated/prisma/client.ts'
import type { Context } from './context.ts'
import { decodeGlobalId, type NodeType } from './global-id.ts'
import { limits } from './limits.ts'
import { requireCount } from './range-input.ts'

/** A row and the name of its GraphQL type. */
export interface FoundNode {
  readonly type: NodeType
  readonly row: { readonly id: string }
}

type Find = (prisma: PrismaClient, ids: string[], workspaceId: string) => Promise<{ id: string }[]>

const finders: Record<NodeType, Find> = {
  Workspace: (prisma, ids, workspaceId) =>
    prisma.workspace.findMany({ where: { id: { in: ids.filter((id) => id === workspaceId) } } }),
  Collection: (prisma, ids, workspaceId) =>
    prisma.collection.findMany({ where: { id: { in: ids }, workspaceId } }),
  Document: (prisma, ids, workspaceId) =>
    prisma.document.findMany({ where: { id: { in: ids }, workspaceId } }),
  Chunk: (prisma, ids, workspaceId) => prisma.chunk.findMany({ where: { id: { in: ids }, workspaceId } }),
  Ingestion: (prisma, ids, workspaceId) =>
    prisma.ingestion.findMany({ where: { id: { in: ids }, workspaceId } }),
  EmbeddingMigration: (prisma, ids, workspaceId) =>
    prisma.embeddingMigration.findMany({ where: { id: { in: ids }, workspaceId } }),
  Conversation: (prisma, ids, workspaceId) =>
    prisma.conversation.findMany({ where: { id: { in: ids }, workspaceId } }),
  Run: (prisma, ids, workspaceId) => prisma.run.findMany({ where: { id: { in: ids }, workspaceId } }),
}

/** In the order of the ids; null for what is malformed, foreign or not there: all three look the same. */
export async function findNodes(
  globalIds: readonly string[],
  { caller, services }: Context,
): Promise<(FoundNode | null)[]> {
  requireScope(caller, Scope.Read)
  requireCount('ids', globalIds, 0, limits.ids)
  const wanted = Map.groupBy(
    globalIds.map(decodeGlobalId).filter((id) => id !== null),
    ({ type }) => type,
  )
  const found = new Map<string, FoundNode>()
  for (const [type, ids] of wanted) {
    if (!Object.hasOwn(finders, type)) continue
    const nodeType = type as NodeType
    const rowIds = ids.map(({ id }) => id)
    const rows = await finders[nodeType](services.database.prisma, rowIds, caller.workspaceId)
    for (const row of rows) found.set(`${type}:${row.id}`, { type: nodeType, row })
  }
  return globalIds.map((globalId) => {
    const id = decodeGlobalId(globalId)
    return (id && found.get(`${id.type}:${id.id}`)) ?? null
  })
}
