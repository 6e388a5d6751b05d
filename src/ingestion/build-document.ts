import type { Database } from '../db/database.ts'
import type { ClaimedDocument } from '../db/sql/document-work.ts'
import { detectLanguage, languageSample } from '../retrieval/lexical/language/detect-language.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { embedPassages } from './embed-passages.ts'
import type { Embedder } from './embedder.ts'
import type { Extractor } from './extraction/extractor.ts'
import { indexDocument } from './index-document.ts'
import type { IndexTarget } from './index-target.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'

export interface BuildDependencies {
  readonly database: Database
  readonly jobs: IngestionJobs
  readonly extractor: Extractor
  readonly embedder: Embedder | null
}

export interface BuildOptions {
  /** Says how far it is. @returns false where the attempt is void */
  advance(status: 'CHUNKING' | 'EMBEDDING'): Promise<boolean>
  readonly signal: AbortSignal
}

/** A source's bytes, which are gone once they were read: whoever waits for the swap does not hold them meanwhile. */
export interface HeldBytes {
  bytes: Buffer | null
}

/** Extract → embed → swap. @returns false where the attempt is void */
export async function buildDocument(
  { database: { pool }, jobs, extractor, embedder }: BuildDependencies,
  target: IndexTarget,
  document: ClaimedDocument,
  source: HeldBytes,
  { advance, signal }: BuildOptions,
): Promise<boolean> {
  const chunking = {
    targetTokens: document.target_tokens,
    maxTokens: document.max_tokens,
    overlapTokens: document.overlap_tokens,
  }
  const {
    text,
    title: contentTitle,
    chunks,
  } = await withSpan('ingestion.extract', {}, async (span) => {
    const bytes = source.bytes ?? Buffer.alloc(0)
    source.bytes = null
    const extracted = await extractor.extract({ bytes, mimeType: document.mime_type, chunking }, signal)
    span.setAttribute('groundwire.chunks', extracted.chunks.length)
    return extracted
  })
  signal.throwIfAborted()
  const title = document.title_given ? document.title : (contentTitle ?? document.title)
  if (!(await advance(embedder ? 'EMBEDDING' : 'CHUNKING'))) return false
  if (embedder) {
    const embedded = await embedPassages(pool, embedder, target, { title, chunks }, signal)
    if (!embedded) return false
  }
  signal.throwIfAborted()
  const content = {
    collectionId: document.collection_id,
    title,
    contentTitle,
    chunkingVersion: document.chunking_version,
    language: document.language_given ? document.language : detectLanguage(languageSample(text)),
    text,
    chunks,
    spaceId: embedder?.space.id ?? null,
  }
  return withSpan('ingestion.index', {}, () => indexDocument(pool, jobs, target, content))
}
