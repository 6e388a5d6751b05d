import { type BatchLimits, batches } from './batches.ts'
import {
  type DocumentInput,
  IngestDocumentsDocument,
  type IngestDocumentsMutation,
  type IngestionPartsFragment,
} from './generated/graphql.ts'
import { type RetryPolicy, retrying } from './retry.ts'
import { type Endpoint, request } from './transport.ts'

export type IngestResult = IngestDocumentsMutation['ingestDocuments']['results'][number]

export interface IngestInput {
  /** Created when it does not exist. @default 'default' */
  readonly collection?: string | undefined
  /** As many as there are: an iterable is read as it is sent. */
  readonly documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>
}

export interface IngestReport {
  /** One per document, in input order; `index` is its position in the whole input. */
  readonly results: readonly IngestResult[]
  /** What was queued, one per request that queued something. Watch them to see the documents get READY. */
  readonly ingestions: readonly IngestionPartsFragment[]
}

/** Sends documents in requests of a bearable size, one after the other. */
export async function ingest(
  endpoint: Endpoint,
  { collection, documents }: IngestInput,
  options: { limits: BatchLimits; policy: RetryPolicy; onBatch: (batch: IngestReport) => void },
  signal: AbortSignal,
): Promise<IngestReport> {
  const results: IngestResult[] = []
  const ingestions: IngestionPartsFragment[] = []
  for await (const batch of batches(documents, options.limits)) {
    signal.throwIfAborted()
    const input = { documents: batch, ...(collection === undefined ? {} : { collection }) }
    // May happen twice: a repeated document is UNCHANGED and queues nothing.
    const { ingestDocuments: payload } = await retrying(
      () => request(endpoint, IngestDocumentsDocument, { input }, signal),
      options.policy,
      signal,
    )
    const offset = results.length
    const moved = payload.results.map((result) => ({ ...result, index: offset + result.index }))
    const queued = payload.ingestion ? [payload.ingestion] : []
    results.push(...moved)
    ingestions.push(...queued)
    options.onBatch({ results: moved, ingestions: queued })
  }
  return { results, ingestions }
}
