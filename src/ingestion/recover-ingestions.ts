import type { Database } from '../db/database.ts'
import * as sql from '../db/sql/recovery.ts'
import { transaction } from '../db/transaction.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { DocumentWork, IngestionJobs } from './ingestion-jobs.ts'
import { settleIngestions } from './settle-ingestions.ts'

const batchSize = 1_000

/**
 * What no job will ever end: documents whose job is gone (deleted by hand, restored without it), ingestions whose last
 * step died with its process, and words that no fold has seen. They are queued again, and ended.
 *
 * @param idleSeconds how long nothing must have happened to them
 * @returns how many documents were queued again
 */
export async function recoverIngestions(
  { database: { pool }, jobs, logger }: { database: Database; jobs: IngestionJobs; logger: Logger },
  idleSeconds: number,
): Promise<number> {
  const lost = await transaction(pool, async (client) => {
    const [lock] = await sql.tryRecoveryLock(client)
    if (!lock?.held) return []
    const rows = await sql.lostDocuments(client, idleSeconds, batchSize)
    for (const [collectionId, work] of Map.groupBy(rows, (row) => row.collection_id)) {
      await jobs.ingestDocuments(collectionId, work.map(workOf), client)
    }
    return rows
  })
  if (lost.length > 0)
    logger.warn({ documents: lost.length }, 'Documents had lost their jobs; they are queued')
  const unsettled = await sql.unsettledIngestions(pool, idleSeconds, batchSize)
  await settleIngestions(
    pool,
    unsettled.map(({ id }) => id),
  )
  // A fold is not queued where one waits, which may begin before the words of the one that asks are committed.
  for (const { workspace_id, collection_id } of await sql.unfoldedCollections(pool)) {
    await jobs.foldStatistics(workspace_id, collection_id, pool)
  }
  return lost.length
}

type LostDocument = Awaited<ReturnType<typeof sql.lostDocuments>>[number]

function workOf(row: LostDocument): DocumentWork {
  return {
    workspaceId: row.workspace_id,
    documentId: row.document_id,
    version: row.version,
    ingestionId: row.ingestion_id,
  }
}
