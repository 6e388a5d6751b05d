import type { Database } from '../db/database.ts'
import { dropVectors } from '../ingestion/spaces/drop-vectors.ts'
import type { QueueWork } from './work-queue.ts'

export function dropVectorsJob({ pool }: Database): QueueWork<'drop-vectors'> {
  return {
    name: 'drop-vectors',
    async handle({ workspaceId }, { signal }) {
      return (await dropVectors(pool, workspaceId, signal)) ? 'done' : 'retry'
    },
  }
}
