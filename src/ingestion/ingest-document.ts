import * as sql from '../db/sql/document-work.ts'
import { notifyFollowers } from '../db/sql/ingestion.ts'
import { transaction } from '../db/transaction.ts'
import { type Failure, FailureCode, FailureError } from '../failure.ts'
import type { WebFetcher } from '../providers/web/web-fetcher.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { type BuildDependencies, buildDocument, type HeldBytes } from './build-document.ts'
import { fetchSource } from './fetch-source.ts'
import type { DocumentWork } from './ingestion-jobs.ts'
import { readSource } from './read-source.ts'
import { settleIngestions } from './settle-ingestions.ts'
import type { VoidedWork } from './voided-work.ts'

export interface IngestDependencies extends BuildDependencies {
  readonly fetcher: WebFetcher
  readonly voided: VoidedWork
  readonly metrics: Metrics
  readonly logger: Logger
}

/** `retry`: the document waits in the queue again. All other ends are final for the job. */
export type IngestEnd = 'ready' | 'failed' | 'nothing to do' | 'handed back' | 'retry'

export interface AttemptContext {
  /** Whether no other attempt follows. */
  readonly last: boolean
  /** Aborts when the process stops, or when another worker has taken the job over. */
  readonly signal: AbortSignal
  /** Aborts when the process stops: what it is at is handed back. */
  readonly stopping: AbortSignal
}

/**
 * One attempt at fetch → extract → embed → index. Whatever it is interrupted in, another attempt goes on from what was
 * fetched and embedded, and ends the same: nothing is visible before the one transaction that indexes.
 */
export async function ingestDocument(
  dependencies: IngestDependencies,
  work: DocumentWork,
  { last, signal: lost, stopping }: AttemptContext,
): Promise<IngestEnd> {
  const { database, metrics, voided } = dependencies
  const { pool } = database
  const { workspaceId, documentId, version, ingestionId } = work
  // Before the claim: what is voided between the two is heard.
  using watch = voided.watch(documentId)
  const [claimed] = await sql.claim(pool, documentId, version, ingestionId, workspaceId)
  if (!claimed) return nothingToDo(dependencies, work)
  await notifyFollowers(pool, ingestionId)
  const { fence } = claimed
  try {
    const signal = AbortSignal.any([lost, watch.signal])
    const end = await attempt(dependencies, work, claimed, signal)
    if (end === 'void') return nothingToDo(dependencies, work)
    await settleIngestions(pool, [ingestionId])
    metrics.documents.inc({ outcome: 'ready' })
    return 'ready'
  } catch (error) {
    // What was voided may have been an earlier attempt: a notification can come after the claim of the next one. What
    // is this attempt's still goes back to the queue, since its job ends here.
    if (stopping.aborted || watch.signal.aborted) return handBack(dependencies, work, fence)
    if (lost.aborted) throw error
    const failure = failureOf(error, dependencies.logger, documentId)
    if (failure.retryable && !last) {
      const released = await sql.release(pool, documentId, version, fence, ingestionId)
      if (released.length === 0) return nothingToDo(dependencies, work)
      await notifyFollowers(pool, ingestionId)
      return 'retry'
    }
    await endFailed(dependencies, work, fence, failure)
    return 'failed'
  }
}

/** Also for the dead letter of a job whose every attempt was cut off: `fence` is null then. */
export async function endFailed(
  { database: { pool }, metrics }: Pick<IngestDependencies, 'database' | 'metrics'>,
  { documentId, version, ingestionId }: DocumentWork,
  fence: number | null,
  failure: Failure,
): Promise<void> {
  const failed = await sql.fail(pool, documentId, version, fence, ingestionId, JSON.stringify(failure))
  if (failed.length > 0) metrics.documents.inc({ outcome: 'failed' })
  else await sql.settleEntry(pool, documentId, version, ingestionId)
  await settleIngestions(pool, [ingestionId])
}

async function handBack(
  dependencies: IngestDependencies,
  work: DocumentWork,
  fence: number,
): Promise<'handed back' | 'nothing to do'> {
  const { pool } = dependencies.database
  const { documentId, version, ingestionId } = work
  const released = await transaction(pool, async (client) => {
    const rows = await sql.release(client, documentId, version, fence, ingestionId)
    if (rows.length > 0) await dependencies.jobs.handBack(work, client)
    return rows.length > 0
  })
  if (!released) return nothingToDo(dependencies, work)
  await notifyFollowers(pool, ingestionId)
  return 'handed back'
}

async function nothingToDo(
  { database: { pool } }: IngestDependencies,
  { documentId, version, ingestionId }: DocumentWork,
): Promise<'nothing to do'> {
  await sql.settleEntry(pool, documentId, version, ingestionId)
  await settleIngestions(pool, [ingestionId])
  return 'nothing to do'
}

async function attempt(
  dependencies: IngestDependencies,
  work: DocumentWork,
  claimed: sql.ClaimedDocument,
  signal: AbortSignal,
): Promise<'indexed' | 'void'> {
  const { pool } = dependencies.database
  const { workspaceId, documentId, version, ingestionId } = work
  const { fence, source_url } = claimed
  let document = claimed
  const source: HeldBytes = { bytes: null }
  if (claimed.size !== null) {
    source.bytes = await readSource(pool, documentId, version, claimed)
    if (source.bytes === null) return 'void'
  } else {
    if (source_url === null) throw new Error('The document has no source')
    const fetched = await withSpan('ingestion.fetch', {}, () =>
      fetchSource(
        { pool, fetcher: dependencies.fetcher, jobs: dependencies.jobs },
        work,
        { ...claimed, source_url },
        signal,
      ),
    )
    if (fetched === 'void') return 'void'
    if (fetched === 'unchanged') return 'indexed'
    source.bytes = fetched.bytes
    document = { ...claimed, mime_type: fetched.mimeType, title: fetched.title }
  }
  const target = { kind: 'attempt', workspaceId, documentId, version, fence, ingestionId } as const
  const indexed = await buildDocument(dependencies, target, { ...document, bytes: null }, source, {
    signal,
    advance: async (status) => (await sql.advance(pool, documentId, version, fence, status)).length > 0,
  })
  return indexed ? 'indexed' : 'void'
}

function failureOf(error: unknown, logger: Logger, documentId: string): Failure {
  if (error instanceof FailureError) return error.failure
  logger.error({ err: error, documentId }, 'An attempt at ingesting a document failed unexpectedly')
  return {
    code: FailureCode.Internal,
    message: 'Something went wrong on our side while this document was ingested.',
    retryable: true,
  }
}
