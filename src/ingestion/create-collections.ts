import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import * as sql from '../db/sql/collection.ts'
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
      return transaction(pool, async (client) => {
        const [found] = await sql.findCollection(client, caller.workspaceId, name)
        if (!found) throw new NotFoundError(`There is no collection named ${name}`)
        await sql.purgeCollectionCitations(client, found.id)
        const [deleted] = await sql.deleteCollection(client, caller.workspaceId, name)
        if (!deleted) throw new NotFoundError(`There is no collection named ${name}`)
        return { collectionId: deleted.id, documents: deleted.documents }
      })
    },
  }
}
