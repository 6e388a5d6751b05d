import type pg from 'pg'
import { finishMigration } from '../../db/sql/embedding-migration.ts'
import { activateSpace } from '../../db/sql/workspace-spaces.ts'
import type { IngestionJobs } from '../ingestion-jobs.ts'
import type { OpenMigration, Spaces } from './spaces.ts'

/**
 * The switch, for a transaction that holds the workspace's spaces: searches that begin after its commit use the new
 * space. What they leave is deleted later.
 */
export async function complete(
  client: pg.PoolClient,
  jobs: IngestionJobs,
  workspaceId: string,
  { active }: Spaces,
  { id, space }: OpenMigration,
): Promise<void> {
  await activateSpace(client, workspaceId, space.id)
  await finishMigration(client, id, 'COMPLETED')
  await jobs.dropVectors(workspaceId, active && id, client)
}
