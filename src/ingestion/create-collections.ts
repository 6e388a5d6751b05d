import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import * as sql from '../db/sql/collection.ts'
import { notifyFollowersOf } from '../db/sql/ingestion.ts'
import { transaction } from '../db/transaction.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import type { Collections } from './ingestion.ts'

export function createCollections({ pool, prisma }: Database): Collections {
  return {
    async create(caller: Caller, name, description) {
      requireScope(caller, 'WRITE')
      const { workspaceId } = caller
      const [created] = await prisma.collection.createManyAndReturn({
        data: { workspaceId, name, description },
        skipDuplicates: true,
      })
      if (!created) throw new ConflictError(`There is a collection named ${name} already`)
      return created
    },

    async delete(caller, name) {
      requireScope(caller, 'WRITE')
      return retryConflict(() =>
        transaction(pool, async (client) => {
          const [found] = await sql.lockCollection(client, caller.workspaceId, name)
          if (!found) throw new NotFoundError(`There is no collection named ${name}`)
          await notifyFollowersOf(client, found.id)
          await sql.lockCollectionChunks(client, found.id)
          await sql.purgeCollectionCitations(client, found.id)
          const [deleted] = await sql.deleteCollection(client, found.id)
          return { collectionId: found.id, documents: deleted?.documents ?? 0 }
        }),
      )
    },
  }
}
