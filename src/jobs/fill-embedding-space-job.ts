import type { Database } from '../db/database.ts'
import type { Embedder } from '../ingestion/embedder.ts'
import { fillEmbeddingSpace } from '../ingestion/fill-embedding-space.ts'
import type { QueueWork } from './work-queue.ts'

export function fillEmbeddingSpaceJob(
  database: Database,
  embedder: Embedder,
): QueueWork<'fill-embedding-space'> {
  return {
    name: 'fill-embedding-space',
    async handle({ spaceId }, { signal }) {
      // Of a model that is not configured any more: nothing can be embedded into its space.
      if (spaceId === embedder.space.id) await fillEmbeddingSpace(database, embedder, signal)
      return 'done'
    },
  }
}
