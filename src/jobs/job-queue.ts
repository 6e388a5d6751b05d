import type { Db, PgBoss } from 'pg-boss'
import type { Queryable } from '../db/database.ts'
import { searchSeconds } from '../db/sql/embedding-space.ts'
import { takeRanks } from '../db/sql/queue-share.ts'
import type { IngestionJobs } from '../ingestion/ingestion-jobs.ts'
import type { Payload, QueueName } from './queues.ts'

/** How long statistics wait for more of them before they are folded, in seconds. */
const foldAfterSeconds = 1

/** Puts jobs into the queue in the caller's own transaction: they exist exactly if it commits. */
export function createIngestionJobs(boss: PgBoss): IngestionJobs {
  return {
    async ingestDocuments(collectionId, work, inside) {
      const [first] = work
      if (!first) return
      const name: QueueName = 'ingest-document'
      // Last in the transaction: calls for the same collection wait for each other from here on.
      const [taken] = await takeRanks(inside, first.workspaceId, collectionId, work.length)
      const { last_rank, step } = taken ?? { last_rank: 0, step: 1 }
      await boss.insert(
        name,
        work.map((data, index) => ({
          data: data satisfies Payload<typeof name>,
          priority: Math.min(0, (work.length - 1 - index) * step - last_rank),
          group: { id: collectionId },
        })),
        { db: asDb(inside) },
      )
    },
    async handBack(work, inside) {
      const payload: Payload<'ingest-document'> = work
      // Without a rank it comes before all that have one: its turn had come.
      await boss.send('ingest-document', payload, { db: asDb(inside) })
    },
    async foldStatistics(workspaceId, collectionId, inside) {
      const payload: Payload<'fold-statistics'> = { workspaceId, collectionId }
      await boss.send('fold-statistics', payload, {
        singletonKey: collectionId,
        startAfter: foldAfterSeconds,
        db: asDb(inside),
      })
    },
    async reindexCollection(workspaceId, collectionId, inside) {
      const payload: Payload<'reindex-collection'> = { workspaceId, collectionId }
      await boss.send('reindex-collection', payload, { singletonKey: collectionId, db: asDb(inside) })
    },
    async fillWorkspace(workspaceId, spaceId, inside) {
      const payload: Payload<'fill-workspace'> = { workspaceId, spaceId }
      await boss.send('fill-workspace', payload, {
        singletonKey: `${workspaceId}:${spaceId}`,
        db: asDb(inside),
      })
    },
    async dropVectors(workspaceId, migrationId, inside) {
      const payload: Payload<'drop-vectors'> = { workspaceId }
      await boss.send('drop-vectors', payload, {
        singletonKey: migrationId ?? workspaceId,
        startAfter: migrationId ? searchSeconds + 1 : 0,
        db: asDb(inside),
      })
    },
  }
}

function asDb(client: Queryable): Db {
  return { executeSql: (text, values = []) => client.query({ text, values }) }
}
