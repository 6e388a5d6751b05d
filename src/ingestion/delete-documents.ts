import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import * as sql from '../db/sql/collection.ts'
import { lockChunks } from '../db/sql/document-index.ts'
import { notifyVoided } from '../db/sql/voided-work.ts'
import { transaction } from '../db/transaction.ts'
import { forgetWords } from './document-words.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'
import { settleIngestions } from './settle-ingestions.ts'

/**
 * Deletes documents with all that was made of them, and their passages and quotes from the runs that
 * used them. A job in flight for one finds it gone and ends. @returns the ids that were there
 */
export async function deleteDocuments(
  { database, jobs }: { database: Database; jobs: IngestionJobs },
  caller: Caller,
  ids: readonly string[],
): Promise<string[]> {
  requireScope(caller, 'WRITE')
  const { workspaceId } = caller
  const { found, ingestions } = await retryConflict(() =>
    transaction(database.pool, async (client) => {
      const rows = await sql.lockDocuments(client, workspaceId, [...ids])
      const found = rows.map((row) => row.id)
      if (found.length === 0) return { found, ingestions: [] }
      const ingestions = await sql.ingestionsOf(client, found)
      await notifyVoided(client, found)
      await lockChunks(client, found)
      const collections = await forgetWords(client, workspaceId, found)
      await sql.purgeSummaries(client, found)
      await sql.purgeCitations(client, found)
      await sql.deleteDocuments(client, found)
      // In one order, so that no two deletions wait for each other's.
      for (const collectionId of collections.toSorted())
        await jobs.foldStatistics(workspaceId, collectionId, client)
      return { found, ingestions: ingestions.map((row) => row.ingestion_id) }
    }),
  )
  await settleIngestions(database.pool, ingestions)
  return found
}
