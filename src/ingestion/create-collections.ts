import { isDeepStrictEqual } from 'node:util'
import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import * as sql from '../db/sql/collection.ts'
import { notifyFollowersOf } from '../db/sql/ingestion.ts'
import { changeChunking, describeCollection, lockSettings } from '../db/sql/reindex.ts'
import { notifyVoidedCollection } from '../db/sql/voided-work.ts'
import { transaction } from '../db/transaction.ts'
import { BadUserInputError, ConflictError, NotFoundError } from '../errors.ts'
import { type ChunkOptions, chunkLimits } from './chunk/limits.ts'
import type { Collections } from './ingestion.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'

export function createCollections({ pool, prisma }: Database, jobs: IngestionJobs): Collections {
  return {
    async create(caller: Caller, name, { description = null, chunking: given = {} }) {
      requireScope(caller, 'WRITE')
      const { workspaceId } = caller
      const { targetTokens, maxTokens, overlapTokens } = chunking(given)
      const [created] = await prisma.collection.createManyAndReturn({
        data: {
          workspaceId,
          name,
          description,
          chunkTargetTokens: targetTokens,
          chunkMaxTokens: maxTokens,
          chunkOverlapTokens: overlapTokens,
        },
        skipDuplicates: true,
      })
      if (!created) throw taken(name)
      return created
    },

    async update(caller, name, change) {
      requireScope(caller, 'WRITE')
      const { newName = null, description } = change
      const { id, rechunks } = await transaction(pool, async (client) => {
        const [old] = await lockSettings(client, caller.workspaceId, name)
        if (!old) throw new NotFoundError(`There is no collection named ${name}`)
        await describeCollection(client, old.id, newName, description !== undefined, description ?? null)
        const before = {
          targetTokens: old.target_tokens,
          maxTokens: old.max_tokens,
          overlapTokens: old.overlap_tokens,
        }
        const after = chunking({ ...before, ...change.chunking })
        const rechunks = !isDeepStrictEqual(before, after)
        if (rechunks) {
          await changeChunking(client, old.id, after.targetTokens, after.maxTokens, after.overlapTokens)
          await jobs.reindexCollection(caller.workspaceId, old.id, client)
        }
        return { id: old.id, rechunks }
      }).catch((error: unknown) => {
        throw isUniqueViolation(error) ? taken(newName ?? name) : error
      })
      // Once more: a job that waited already, and kept this one from being queued, may have begun before the commit.
      if (rechunks) await jobs.reindexCollection(caller.workspaceId, id, pool)
      return prisma.collection.findUniqueOrThrow({ where: { id } })
    },

    async delete(caller, name) {
      requireScope(caller, 'WRITE')
      return retryConflict(() =>
        transaction(pool, async (client) => {
          const [found] = await sql.lockCollection(client, caller.workspaceId, name)
          if (!found) throw new NotFoundError(`There is no collection named ${name}`)
          await notifyVoidedCollection(client, found.id)
          await notifyFollowersOf(client, found.id)
          await sql.lockCollectionChunks(client, found.id)
          await sql.purgeCollectionSummaries(client, found.id)
          await sql.purgeCollectionCitations(client, found.id)
          const [deleted] = await sql.deleteCollection(client, found.id)
          return { collectionId: found.id, documents: deleted?.documents ?? 0 }
        }),
      )
    },
  }
}

function chunking(options: ChunkOptions): Required<ChunkOptions> {
  try {
    const { targetTokens, maxTokens, overlapTokens } = chunkLimits(options)
    return { targetTokens, maxTokens, overlapTokens }
  } catch (error) {
    if (error instanceof RangeError) throw new BadUserInputError('chunking', error.message)
    throw error
  }
}

function taken(name: string): ConflictError {
  return new ConflictError(`There is a collection named ${name} already`)
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
