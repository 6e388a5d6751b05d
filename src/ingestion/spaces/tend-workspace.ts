import type pg from 'pg'
import type { Database } from '../../db/database.ts'
import { retryConflict } from '../../db/retry-conflict.ts'
import { insertMigration } from '../../db/sql/embedding-migration.ts'
import { type EmbeddingSpace, ensureSpace } from '../../db/sql/embedding-space.ts'
import { activateSpace, hasPassages, holdSpaces, leftModel } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'
import { uuidV7 } from '../../db/uuid-v7.ts'
import { describeModel, type Embedders } from '../../providers/embeddings/embedders.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { IngestionJobs } from '../ingestion-jobs.ts'
import { type Spaces, spacesOf } from './spaces.ts'

export interface TendDependencies {
  readonly database: Database
  readonly jobs: IngestionJobs
  readonly embedders: Embedders
  readonly logger: Logger
}

/**
 * Sees to it that a workspace has a space it can search, by the model in use. Without passages it has one at once.
 * Otherwise the space is filled first, and searched when it has a vector of every passage: until then searches by
 * meaning are answered by words.
 *
 * A model that the workspace was moved away from by somebody's decision does not come back by itself: a process that
 * has not heard of the new one yet would undo what was decided.
 */
export async function tendWorkspace(dependencies: TendDependencies, workspaceId: string): Promise<void> {
  const { database, embedders, logger } = dependencies
  const { pool } = database
  const { primary } = embedders
  const before = await spacesOf(pool, workspaceId)
  if (!primary || !before || !lacksSpace(before, embedders)) return
  const [left] = await leftModel(pool, workspaceId, primary.model, primary.dimensions)
  if (before.active && left) {
    logger.warn(
      { workspaceId },
      `The vectors of a workspace are of ${describeModel(before.active)}, which is not configured: set EMBEDDING_* to it. Until then its searches are by words only.`,
    )
    return
  }
  if (before.active) {
    logger.warn(
      { workspaceId },
      `The vectors of a workspace are of ${describeModel(before.active)}, which is not configured any more: its searches are by words only until its passages are embedded with ${describeModel(primary)}. To change the model without that, keep EMBEDDING_*, set EMBEDDING_NEXT_* and call startEmbeddingMigration.`,
    )
  }
  await retryConflict(async () => {
    const space = await ensureSpace(pool, primary.model, primary.dimensions)
    await transaction(pool, (client) => begin(client, dependencies, workspaceId, space))
  })
}

async function begin(
  client: pg.PoolClient,
  { jobs, embedders }: TendDependencies,
  workspaceId: string,
  space: EmbeddingSpace,
): Promise<void> {
  // Waits for the swaps under way, whose passages are then seen.
  await holdSpaces(client, workspaceId)
  const spaces = await spacesOf(client, workspaceId)
  if (!spaces || !lacksSpace(spaces, embedders)) return
  const [passages] = await hasPassages(client, workspaceId)
  if (!passages?.has) {
    await activateSpace(client, workspaceId, space.id)
    return
  }
  await insertMigration(client, {
    id: uuidV7(),
    workspaceId,
    from: spaces.active,
    to: space,
    automatic: true,
  })
  await jobs.fillWorkspace(workspaceId, space.id, client)
}

function lacksSpace({ active, migration }: Spaces, embedders: Embedders): boolean {
  return !migration && (!active || !embedders.find(active))
}
