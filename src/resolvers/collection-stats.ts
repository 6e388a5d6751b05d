import type { Collection } from '../generated/prisma/client.ts'
import { batch } from './batch.ts'
import type { Context } from './context.ts'

export interface CollectionStats {
  readonly documents: number
  /** Searchable ones. */
  readonly chunks: number
}

const load = batch<string, CollectionStats>(async ({ caller, services }, collectionIds) => {
  const groups = await services.database.prisma.document.groupBy({
    by: ['collectionId'],
    where: { workspaceId: caller.workspaceId, collectionId: { in: [...collectionIds] } },
    _count: { _all: true },
    _sum: { chunkCount: true },
  })
  return new Map(
    groups.map(({ collectionId, _count, _sum }) => [
      collectionId,
      { documents: _count._all, chunks: _sum.chunkCount ?? 0 },
    ]),
  )
})

export async function collectionStats(collection: Collection, context: Context): Promise<CollectionStats> {
  return (await load(context, collection.id)) ?? { documents: 0, chunks: 0 }
}
