import type { Db, PgBoss } from 'pg-boss'
import type { Queryable } from '../db/database.ts'
import type { IngestionJobs } from '../ingestion/ingestion-jobs.ts'
import type { Payload, QueueName } from './queues.ts'

/** How long statistics wait for more of them before they are folded, in seconds. */
const foldAfterSeconds = 1

/** Puts jobs into the queue in the caller's own transaction: they exist exactly if it commits. */
export function createIngestionJobs(boss: PgBoss): IngestionJobs {
  return {
    async ingestDocuments(work, inside) {
      if (work.length === 0) return
      const name: QueueName = 'ingest-document'
      await boss.insert(
        name,
        work.map((data) => ({ data: data satisfies Payload<typeof name> })),
        { db: asDb(inside) },
      )
    },
    async foldStatistics(workspaceId, collectionId, inside) {
      const payload: Payload<'fold-statistics'> = { workspaceId, collectionId }
      await boss.send('fold-statistics', payload, {
        singletonKey: collectionId,
        startAfter: foldAfterSeconds,
        db: asDb(inside),
      })
    },
  }
}

function asDb(client: Queryable): Db {
  return { executeSql: (text, values = []) => client.query({ text, values }) }
}
