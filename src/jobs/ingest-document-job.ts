import { FailureCode } from '../failure.ts'
import { endFailed, type IngestDependencies, ingestDocument } from '../ingestion/ingest-document.ts'
import type { DocumentWork } from '../ingestion/ingestion-jobs.ts'
import type { Payload } from './queues.ts'
import type { QueueWork } from './work-queue.ts'

/** Documents at once: slow ones wait for a model or a child process. Embedded, one connection serves all. */
const slots = { server: 8, embedded: 4 } as const

export function ingestDocumentJob(dependencies: IngestDependencies): QueueWork<'ingest-document'> {
  return {
    name: 'ingest-document',
    slots: slots[dependencies.database.kind],
    async handle(payload, context) {
      const end = await ingestDocument(dependencies, workOf(payload), context)
      return end === 'retry' ? 'retry' : end === 'failed' ? 'dead' : 'done'
    },
  }
}

/**
 * What the queue gave up on. Where the job ended so by itself, the document has its failure, and may have been
 * queued again since: only where workers died with it, again and again, the failure is told here.
 */
export function ingestDocumentDeadJob(dependencies: IngestDependencies): QueueWork<'ingest-document-dead'> {
  return {
    name: 'ingest-document-dead',
    async handle(payload, { ended }) {
      if (ended) return 'done'
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
