import { FailureCode } from '../failure.ts'
import { endFailed, type IngestDependencies, ingestDocument } from '../ingestion/ingest-document.ts'
import type { DocumentWork } from '../ingestion/ingestion-jobs.ts'
import type { Payload } from './queues.ts'
import type { QueueWork } from './work-queue.ts'

/** Documents at once. Embedded, one connection serves all: more would only wait for it. */
const concurrency = {
  server: { localConcurrency: 2, batchSize: 4 },
  embedded: { localConcurrency: 1, batchSize: 4 },
} as const

export function ingestDocumentJob(dependencies: IngestDependencies): QueueWork<'ingest-document'> {
  return {
    name: 'ingest-document',
    options: concurrency[dependencies.database.kind],
    async handle(payload, context) {
      const end = await ingestDocument(dependencies, workOf(payload), context)
      return end === 'retry' ? 'retry' : end === 'failed' ? 'dead' : 'done'
    },
  }
}

/** What the queue gave up on: workers died with it, again and again. */
export function ingestDocumentDeadJob(dependencies: IngestDependencies): QueueWork<'ingest-document-dead'> {
  return {
    name: 'ingest-document-dead',
    async handle(payload) {
      await endFailed(dependencies, workOf(payload), null, {
        code: FailureCode.Interrupted,
        message: 'Every attempt at this document was interrupted.',
        retryable: true,
      })
      return 'done'
    },
  }
}

function workOf({ traceparent, ...work }: Payload<'ingest-document'>): DocumentWork {
  return { ...work, ...(traceparent !== undefined && { traceparent }) }
}
