import type { Database } from '../db/database.ts'
import { outdatedCollections } from '../db/sql/reindex.ts'
import { ANALYSIS_VERSION } from '../retrieval/lexical/analyze.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'

/** Queues what an upgrade asks for: documents whose words an earlier release analysed are indexed anew. */
export async function reindexOutdated({
  database: { pool },
  jobs,
}: {
  readonly database: Database
  readonly jobs: IngestionJobs
}): Promise<void> {
  for (const { workspace_id, collection_id } of await outdatedCollections(pool, ANALYSIS_VERSION)) {
    await jobs.reindexCollection(workspace_id, collection_id, pool)
  }
}
