import type pg from 'pg'
import { type Caller, requireScope } from '../../access/caller.ts'
import type { ChangeFeed } from '../../db/change-feed.ts'
import { countFill, listRejections } from '../../db/sql/embedding-fill.ts'
import { countProgress, finishMigration, lockMigration, setReady } from '../../db/sql/embedding-migration.ts'
import { recentQueries } from '../../db/sql/query-sample.ts'
import { holdSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import { type AppError, ConflictError, NotFoundError, UnavailableError } from '../../errors.ts'
import { FailureError } from '../../failure.ts'
import type { EmbeddingMigration } from '../../generated/prisma/client.ts'
import { describeModel, type EmbeddingModel } from '../../providers/embeddings/embedders.ts'
import { type ComparedSpace, compareSpaces } from './compare-spaces.ts'
import { complete } from './complete.ts'
import { followMigration } from './follow-migration.ts'
import type { EmbeddingMigrations } from './migrations.ts'
import { type OpenMigration, type Spaces, spacesOf } from './spaces.ts'
import { startMigration } from './start-migration.ts'
import type { TendDependencies } from './tend-workspace.ts'

export interface MigrationDependencies extends TendDependencies {
  readonly changes: ChangeFeed
}

export function createMigrations(dependencies: MigrationDependencies): EmbeddingMigrations {
  const { database, jobs, embedders } = dependencies
  const { pool, prisma } = database

  async function find({ workspaceId }: Caller, id: string): Promise<EmbeddingMigration> {
    const migration = await prisma.embeddingMigration.findFirst({ where: { id, workspaceId } })
    if (!migration) throw new NotFoundError('There is no such embedding migration')
    return migration
  }

  /** Does `end` with an open migration while nobody else changes the workspace's spaces, unless it has ended so. */
  async function endAs(
    caller: Caller,
    id: string,
    status: 'COMPLETED' | 'ABANDONED',
    end: (client: pg.PoolClient, spaces: Spaces, migration: OpenMigration) => Promise<AppError | null>,
  ): Promise<EmbeddingMigration> {
    requireScope(caller, 'ADMIN')
    const { workspaceId } = caller
    const problem = await transaction(pool, async (client) => {
      await holdSpaces(client, workspaceId)
      const [locked] = await lockMigration(client, workspaceId, id)
      if (!locked) return new NotFoundError('There is no such embedding migration')
      if (locked.status === status) return null
      const spaces = await spacesOf(client, workspaceId)
      if (spaces?.migration?.id !== id) {
        return new ConflictError(`The migration is ${locked.status} already`, {
          details: { reason: locked.status },
        })
      }
      return end(client, spaces, spaces.migration)
    })
    if (problem) throw problem
    return find(caller, id)
  }

  function comparedSpace(model: string, dimensions: number, id: number): ComparedSpace {
    const space = { id, model, dimensions }
    const embeddings = embedders.find(space)
    if (!embeddings) throw notConfigured(space)
    return { embeddings, space }
  }

  return {
    async start(caller, wanted) {
      return find(caller, await startMigration(dependencies, caller, wanted))
    },

    async complete(caller, id) {
      requireScope(caller, 'ADMIN')
      const { workspaceId } = caller
      // Whoever asks again and again until it is ready holds up no swap: under the lock it is only counted once more.
      const open = (await spacesOf(pool, workspaceId))?.migration
      const before = open?.id === id ? await countFill(pool, workspaceId, open.space.id) : null
      return endAs(caller, id, 'COMPLETED', async (client, spaces, migration) => {
        if (!embedders.find(migration.space)) return notConfigured(migration.space)
        const { total, embedded, rejected, missing } = before?.missing
          ? before
          : await countFill(client, workspaceId, migration.space.id)
        await countProgress(client, id, total, embedded, rejected)
        if (missing > 0) {
          await setReady(client, id, false)
          await jobs.fillWorkspace(workspaceId, migration.space.id, client)
          const details = { reason: 'NOT_READY', missing }
          return new ConflictError(`${missing} passages are not embedded yet`, { details })
        }
        if (total > 0 && embedded === 0) {
          const details = { reason: 'ALL_REJECTED', rejected }
          return new ConflictError('The model took none of the passages', { details })
        }
        await complete(client, jobs, workspaceId, spaces, migration)
        return null
      })
    },

    abandon: (caller, id) =>
      endAs(caller, id, 'ABANDONED', async (client) => {
        await finishMigration(client, id, 'ABANDONED')
        await jobs.dropVectors(caller.workspaceId, null, client)
        return null
      }),

    async find(caller, id) {
      requireScope(caller, 'READ')
      const where = { workspaceId: caller.workspaceId, ...(id !== null && { id }) }
      return prisma.embeddingMigration.findFirst({ where, orderBy: { id: 'desc' } })
    },

    follow: (caller, id, signal) => followMigration(dependencies, caller, id, signal),

    async rejected(caller, { workspaceId, toSpaceId }, limit) {
      requireScope(caller, 'READ')
      if (toSpaceId === null || workspaceId !== caller.workspaceId) return []
      const rows = await listRejections(pool, workspaceId, toSpaceId, limit)
      return rows.map(({ chunk_id: chunkId, reason }) => ({ chunkId, reason }))
    },

    async compare(caller, migration, sample, signal) {
      requireScope(caller, 'ADMIN')
      const { id, workspaceId, fromSpaceId, fromModel, fromDimensions, toSpaceId, finishedAt } = migration
      if (fromSpaceId === null || fromModel === null || fromDimensions === null || toSpaceId === null)
        return null
      if (finishedAt !== null || workspaceId !== caller.workspaceId) return null
      const current = comparedSpace(fromModel, fromDimensions, fromSpaceId)
      const next = comparedSpace(migration.toModel, migration.toDimensions, toSpaceId)
      const rows = await recentQueries(pool, workspaceId, id, sample)
      const queries = rows.map(({ collection_id: collectionId, query }) => ({ collectionId, query }))
      try {
        return await compareSpaces(pool, caller.workspaceId, current, next, queries, signal)
      } catch (error) {
        if (signal.aborted || !(error instanceof FailureError)) throw error
        throw new UnavailableError(error.failure.message, { cause: error })
      }
    },
  }
}

/** A switch to what nobody here can ask would leave searches to words alone. */
const notConfigured = (model: EmbeddingModel) =>
  new UnavailableError(
    `The model ${describeModel(model)} is not configured here: set EMBEDDING_* or EMBEDDING_NEXT_* to it`,
  )
