import { type Batch, type BatchLimits, batches } from './batches.ts'
import { GroundwireError } from './errors.ts'
import { IngestDocumentsDocument, type IngestionPartsFragment } from './generated/graphql.ts'
import { type IngestDocument, type IngestResult, openDocument } from './ingest-document.ts'
import { type RetryPolicy, retrying } from './retry.ts'
import { type Endpoint, request } from './transport.ts'

export interface IngestInput {
  /** Created when it does not exist. @default 'default' */
  readonly collection?: string | undefined
  /** As many as there are: an iterable is read as it is sent. */
  readonly documents: Iterable<IngestDocument> | AsyncIterable<IngestDocument>
}

export interface IngestReport {
  /** One per document, in input order; `index` is its position in the whole input. */
  readonly results: readonly IngestResult[]
  /** What was queued, one per request that queued something. Watch them to see the documents get READY. */
  readonly ingestions: readonly IngestionPartsFragment[]
}

interface Options {
  readonly limits: BatchLimits
  readonly policy: RetryPolicy
  readonly concurrency: number
  readonly onBatch: (batch: IngestReport) => void
}

/** Sends documents in requests of a bearable size, `concurrency` of them at a time. */
export async function ingest(
  endpoint: Endpoint,
  { collection, documents }: IngestInput,
  options: Options,
  signal: AbortSignal,
): Promise<IngestReport> {
  const reports: IngestReport[] = []
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const queue = batches(documents, options.limits)
  let next = 0
  const sender = async () => {
    for (;;) {
      either.throwIfAborted()
      // A generator answers its callers in their order.
      const place = queue.next().then((result) => ({ ...result, place: next++ }))
      const { done, value, place: at } = await place
      if (done) return
      const report = await send(endpoint, collection, value, options, either)
      reports[at] = report
      options.onBatch(report)
    }
  }
  try {
    await Promise.all(Array.from({ length: options.concurrency }, sender))
  } catch (error) {
    // What else is under way would go on behind the caller's back.
    failed.abort(error)
    throw error
  } finally {
    await queue.return()
  }
  return {
    results: reports.flatMap(({ results }) => results),
    ingestions: reports.flatMap(({ ingestions }) => ingestions),
  }
}

/** One request, until it is answered. It may happen twice: a repeated document is UNCHANGED and queues nothing. */
async function send(
  endpoint: Endpoint,
  collection: string | undefined,
  { offset, documents }: Batch,
  { limits: { fileBytes }, policy }: Options,
  signal: AbortSignal,
): Promise<IngestReport> {
  let buffered = false
  const attempt = async (): Promise<IngestReport> => {
    const opened = await Promise.all(documents.map((each) => openDocument(each, { fileBytes, buffered })))
    const sent = opened.flatMap((each, index) => ('input' in each ? [{ index, input: each.input }] : []))
    const input = {
      documents: sent.map((each) => each.input),
      ...(collection === undefined ? {} : { collection }),
    }
    const payload =
      sent.length > 0
        ? (await request(endpoint, IngestDocumentsDocument, { input }, signal)).ingestDocuments
        : { ingestion: null, results: [] }
    const answered = payload.results.map((each) => ({ ...each, index: sent[each.index]?.index ?? 0 }))
    const refused = opened.flatMap((each, index): IngestResult[] =>
      'failure' in each ? [{ index, outcome: 'REJECTED', document: null, failure: each.failure }] : [],
    )
    const results = [...answered, ...refused].sort((a, b) => a.index - b.index)
    return {
      results: results.map((each) => ({ ...each, index: offset + each.index })),
      ingestions: payload.ingestion ? [payload.ingestion] : [],
    }
  }
  return retrying(
    () =>
      attempt().catch((error: unknown) => {
        // Read before it is sent, it cannot change while it is.
        if (error instanceof GroundwireError && error.code === 'FILE_CHANGED') buffered = true
        throw error
      }),
    policy,
    signal,
  )
}
