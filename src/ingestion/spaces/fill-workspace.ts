import type pg from 'pg'
import * as sql from '../../db/sql/embedding-fill.ts'
import { countProgress, setFailure, setReady } from '../../db/sql/embedding-migration.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { holdSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import { type Failure, FailureCode, FailureError } from '../../failure.ts'
import { describeModel } from '../../providers/embeddings/embedders.ts'
import { complete } from './complete.ts'
import { embedMissing, type Fill } from './embed-missing.ts'
import { spacesOf, usedSpace } from './spaces.ts'
import type { TendDependencies } from './tend-workspace.ts'

/**
 * Gives every passage of a workspace that has none a vector in the space, until none is left. What is done is seen by
 * its rows, so that whoever is interrupted or comes late does the rest. Where a migration leads to the space, it is
 * READY then; an automatic one is completed.
 *
 * @returns false where it has to be tried again later: the model does not answer, or this process does not have it
 */
export async function fillWorkspace(
  dependencies: TendDependencies,
  workspaceId: string,
  spaceId: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, embedders, logger } = dependencies
  const { pool } = database
  const spaces = await spacesOf(pool, workspaceId)
  const space = usedSpace(spaces, spaceId)
  if (!space) return true
  const embeddings = embedders.find(space)
  try {
    if (!embeddings) throw notConfigured(space)
    const fill = { workspaceId, space, embeddings }
    for (;;) {
      // Counted first without the lock: swaps wait for a count only where it is about to be the last one.
      const missing = await count(pool, fill)
      if (missing === 0 && (await settle(dependencies, fill))) return true
      const embedded = await embedMissing(pool, fill, signal)
      // Looked for without an end it would ask the database and the model again and again.
      if (missing > 0 && embedded === 0) return !usedSpace(await spacesOf(pool, workspaceId), spaceId)
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    // Nothing that a model does ends a fill: it goes on when the model answers again, or another is configured.
    const failure: Failure = { ...error.failure, retryable: true }
    await setFailure(pool, workspaceId, spaceId, JSON.stringify(failure))
    logger.warn({ workspaceId, failure }, 'The passages of a workspace cannot be embedded now')
    return false
  }
}

/** @returns how many passages have no vector, and are to get one */
async function count(pool: pg.Pool, { workspaceId, space }: Fill): Promise<number> {
  const spaces = await spacesOf(pool, workspaceId)
  const { total, embedded, rejected, missing } = await sql.countFill(pool, workspaceId, space.id)
  if (spaces?.migration?.space.id === space.id)
    await countProgress(pool, spaces.migration.id, total, embedded, rejected)
  return missing
}

/** Looks whether anything is left, while no swap is under way. @returns false where something is */
async function settle(
  { database: { pool }, jobs }: TendDependencies,
  { workspaceId, space }: Fill,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    await holdSpaces(client, workspaceId)
    const spaces = await spacesOf(client, workspaceId)
    if (!spaces) return true
    const { active, migration } = spaces
    const leadsHere = migration?.space.id === space.id
    if (!leadsHere && active?.id !== space.id) return true
    const { total, embedded, rejected, missing } = await sql.countFill(client, workspaceId, space.id)
    const done = missing === 0
    if (!leadsHere || !migration) return done
    await countProgress(client, migration.id, total, embedded, rejected)
    await setReady(client, migration.id, done)
    // A model that takes none of the passages is not what searches are to be left to.
    if (done && migration.automatic && (embedded > 0 || total === 0)) {
      await complete(client, jobs, workspaceId, spaces, migration)
    }
    return done
  })
}

function notConfigured(space: EmbeddingSpace): FailureError {
  return new FailureError(
    FailureCode.UpstreamUnavailable,
    `This worker does not have the model ${describeModel(space)}: set EMBEDDING_* or EMBEDDING_NEXT_* to it.`,
    { retryable: true },
  )
}
