import type { IngestDependencies } from '../ingestion/ingest-document.ts'
import { reindexCollection } from '../ingestion/reindex-collection.ts'
import type { QueueWork } from './work-queue.ts'

export function reindexCollectionJob(dependencies: IngestDependencies): QueueWork<'reindex-collection'> {
  return {
    name: 'reindex-collection',
    async handle({ collectionId }, { signal }) {
      return (await reindexCollection(dependencies, collectionId, signal)) ? 'done' : 'retry'
    },
  }
}
