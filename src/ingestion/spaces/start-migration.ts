import { type Caller, requireScope } from '../../access/caller.ts'
import { retryConflict } from '../../db/retry-conflict.ts'
import { clearRejections } from '../../db/sql/embedding-fill.ts'
import { finishMigration, insertMigration } from '../../db/sql/embedding-migration.ts'
import { type EmbeddingSpace, ensureSpace } from '../../db/sql/embedding-space.ts'
import { holdSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import { uuidV7 } from '../../db/uuid-v7.ts'
import { ConflictError, NotFoundError, UnavailableError } from '../../errors.ts'
import { describeModel, type Embedders } from '../../providers/embeddings/embedders.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import { spacesOf } from './spaces.ts'
import { type TendDependencies, tendWorkspace } from './tend-workspace.ts'

export interface WantedModel {
  readonly model: string | null
  readonly dimensions: number | null
}

/** @returns the id of the migration that leads to the wanted model: a new one, or the one that is open */
export async function startMigration(
  dependencies: TendDependencies,
  caller: Caller,
  wanted: WantedModel,
): Promise<string> {
  requireScope(caller, 'ADMIN')
  const { workspaceId } = caller
  const { database, jobs, embedders } = dependencies
  const { pool } = database
  const { model, dimensions } = chooseModel(embedders, wanted)
  // A workspace that nobody has looked after yet: what is ingested from now on is to be searched meanwhile.
  const before = await spacesOf(pool, workspaceId)
  if (before && !before.active && !before.migration) await tendWorkspace(dependencies, workspaceId)
  return retryConflict(async () => {
    // Anew in each attempt: a space that nobody uses may have been dropped meanwhile.
    const to = await makeSpace(() => ensureSpace(pool, model, dimensions))
    return transaction(pool, async (client) => {
      await holdSpaces(client, workspaceId)
      const spaces = await spacesOf(client, workspaceId)
      if (!spaces) throw new NotFoundError('The workspace is not there any more')
      const { active, migration } = spaces
      if (migration?.space.id === to.id) return migration.id
      if (active?.id === to.id) {
        throw new ConflictError(`The workspace uses ${describeModel(to)} already`, {
          details: { reason: 'ALREADY_ACTIVE' },
        })
      }
      if (migration && !migration.automatic) {
        throw new ConflictError(
          `A migration to ${describeModel(migration.space)} is open: complete or abandon it first`,
          { details: { reason: 'ANOTHER_IS_OPEN' } },
        )
      }
      // What a worker began by itself gives way to what somebody decided.
      if (migration) {
        await finishMigration(client, migration.id, 'ABANDONED')
        await jobs.dropVectors(workspaceId, null, client)
      }
      const id = uuidV7()
      await clearRejections(client, workspaceId, to.id)
      await insertMigration(client, { id, workspaceId, from: active, to, automatic: false })
      await jobs.fillWorkspace(workspaceId, to.id, client)
      return id
    })
  })
}

function chooseModel({ primary, next }: Embedders, wanted: WantedModel): Embeddings {
  const fits = (each: Embeddings | null): each is Embeddings =>
    each !== null &&
    (wanted.model ?? each.model) === each.model &&
    (wanted.dimensions ?? each.dimensions) === each.dimensions
  const asked = wanted.model !== null || wanted.dimensions !== null
  const [found] = [next, asked ? primary : null].filter(fits)
  if (found) return found
  throw new ConflictError(
    next || asked
      ? 'That model is not configured: set EMBEDDING_NEXT_MODEL and EMBEDDING_NEXT_DIMENSIONS to it'
      : 'No model to change to is configured: set EMBEDDING_NEXT_BASE_URL, EMBEDDING_NEXT_MODEL and EMBEDDING_NEXT_DIMENSIONS',
    { details: { reason: 'NOT_CONFIGURED' } },
  )
}

async function makeSpace(make: () => Promise<EmbeddingSpace>): Promise<EmbeddingSpace> {
  try {
    return await make()
  } catch (error) {
    if ((error as { code?: unknown }).code !== '55P03') throw error
    throw new UnavailableError('The database is too busy to make room for another model: try again', {
      cause: error,
    })
  }
}
