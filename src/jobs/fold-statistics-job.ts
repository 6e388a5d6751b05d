import type { Database } from '../db/database.ts'
import { foldStatistics } from '../ingestion/fold-statistics.ts'
import type { QueueWork } from './work-queue.ts'

export function foldStatisticsJob(database: Database): QueueWork<'fold-statistics'> {
  return {
    name: 'fold-statistics',
    async handle({ workspaceId, collectionId }, { signal }) {
      await foldStatistics(database, workspaceId, collectionId, signal)
      return 'done'
    },
  }
}
