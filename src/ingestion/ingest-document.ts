import type { Database } from '../db/database.ts'
import * as sql from '../db/sql/document-work.ts'
import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import { notifyFollowers } from '../db/sql/ingestion.ts'
import { type Failure, FailureCode, FailureError } from '../failure.ts'
import type { Embeddings } from '../providers/embeddings/embeddings.ts'
import { passageForEmbedding, vectorLiteral } from '../retrieval/vector/passage-vector.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { type ChunkDraft, chunkDocument } from './chunk/chunk.ts'
import { indexDocument } from './index-document.ts'
import type { DocumentWork, IngestionJobs } from './ingestion-jobs.ts'
import { parseSource } from './parse/parse.ts'
import { settleIngestions } from './settle-ingestions.ts'

/** The configured model with the space of its vectors. */
export interface Embedder {
  readonly embeddings: Embeddings
  readonly space: EmbeddingSpace
}

export interface IngestDependencies {
  readonly database: Database
  readonly jobs: IngestionJobs
  readonly embedder: Embedder | null
  readonly metrics: Metrics
  readonly logger: Logger
}

/** `retry`: the document waits in the queue again. All other ends are final for the job. */
export type IngestEnd = 'ready' | 'failed' | 'nothing to do' | 'retry'

/**
 * One attempt at parse → chunk → embed → index. Whatever it is interrupted in, another attempt starts over
 * and ends the same: nothing is visible before the one transaction that indexes.
 */
export async function ingestDocument(
  dependencies: IngestDependencies,
  work: DocumentWork,
  { last, signal }: { last: boolean; signal: AbortSignal },
): Promise<IngestEnd> {
  const { database, metrics } = dependencies
  const { workspaceId, documentId, version, ingestionId } = work
  const [claimed] = await sql.claim(database.pool, documentId, version, ingestionId, workspaceId)
  if (!claimed) {
    await sql.settleEntry(database.pool, documentId, version, ingestionId)
    await settleIngestions(database.pool, [ingestionId])
    return 'nothing to do'
  }
  await notifyFollowers(database.pool, ingestionId)
  const { attempts } = claimed
  try {
    const indexed = await build(dependencies, work, claimed, signal)
    if (!indexed) await sql.settleEntry(database.pool, documentId, version, ingestionId)
    await settleIngestions(database.pool, [ingestionId])
    if (indexed) metrics.documents.inc({ outcome: 'ready' })
    return indexed ? 'ready' : 'nothing to do'
  } catch (error) {
    if (signal.aborted) {
      // Handed back: the process stops, and another one goes on.
      await sql.release(database.pool, documentId, version, attempts, ingestionId)
      throw error
    }
    const failure = failureOf(error, dependencies.logger, documentId)
    if (failure.retryable && !last) {
      await sql.release(database.pool, documentId, version, attempts, ingestionId)
      await notifyFollowers(database.pool, ingestionId)
      return 'retry'
    }
    await endFailed(dependencies, work, attempts, failure)
    return 'failed'
  }
}

/** Also for the dead letter of a job whose every attempt was cut off: `attempts` is null then. */
export async function endFailed(
  { database, metrics }: Pick<IngestDependencies, 'database' | 'metrics'>,
  { documentId, version, ingestionId }: DocumentWork,
  attempts: number | null,
  failure: Failure,
): Promise<void> {
  const failed = await sql.fail(
    database.pool,
    documentId,
    version,
    attempts,
    ingestionId,
    JSON.stringify(failure),
  )
  if (failed.length > 0) metrics.documents.inc({ outcome: 'failed' })
  else await sql.settleEntry(database.pool, documentId, version, ingestionId)
  await settleIngestions(database.pool, [ingestionId])
}

async function build(
  { database, jobs, embedder }: IngestDependencies,
  work: DocumentWork,
  claimed: { attempts: number; collection_id: string; title: string; mime_type: string; bytes: Buffer },
  signal: AbortSignal,
): Promise<boolean> {
  const { pool } = database
  const { attempts, title } = claimed
  const advance = async (status: string) => {
    signal.throwIfAborted()
    return (await sql.advance(pool, work.documentId, work.version, attempts, status)).length > 0
  }
  const parsed = await withSpan('ingestion.parse', {}, () => parseSource(claimed.bytes, claimed.mime_type))
  if (!(await advance('CHUNKING'))) return false
  const chunks = await withSpan('ingestion.chunk', {}, async (span) => {
    const drafts = chunkDocument(parsed)
    span.setAttribute('groundwire.chunks', drafts.length)
    return drafts
  })
  let embeddings: { spaceId: number; vectors: string[] } | null = null
  if (embedder) {
    if (!(await advance('EMBEDDING'))) return false
    embeddings = await embed(embedder, title, chunks, signal)
  }
  signal.throwIfAborted()
  const content = { collectionId: claimed.collection_id, title, text: parsed.text, chunks, embeddings }
  return withSpan('ingestion.index', {}, () => indexDocument(pool, jobs, work, attempts, content))
}

async function embed(
  { embeddings, space }: Embedder,
  title: string,
  chunks: readonly ChunkDraft[],
  signal: AbortSignal,
): Promise<{ spaceId: number; vectors: string[] }> {
  const texts = chunks.map((chunk) => passageForEmbedding({ title, ...chunk }))
  const vectors = await embeddings.embed(texts, 'passage', signal)
  return { spaceId: space.id, vectors: vectors.map(vectorLiteral) }
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
