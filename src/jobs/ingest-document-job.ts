import { FailureCode } from '../failure.ts'
import { endFailed, type IngestDependencies, ingestDocument } from '../ingestion/ingest-document.ts'
import type { DocumentWork } from '../ingestion/ingestion-jobs.ts'
import type { Payload } from './queues.ts'
import type { QueueWork } from './work-queue.ts'

/** Embedded, one connection serves all: more at once would only wait for it. */
const concurrency = { server: 4, embedded: 2 } as const

export function ingestDocumentJob(dependencies: IngestDependencies): QueueWork<'ingest-document'> {
  return {
    name: 'ingest-document',
    options: { localConcurrency: concurrency[dependencies.database.kind] },
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
