import type { ClaimedDocument } from '../db/sql/document-work.ts'
import type { EmbeddingModel } from '../providers/embeddings/embedders.ts'
import { detectLanguage, languageSample } from '../retrieval/lexical/language/detect-language.ts'
import { withSpan } from '../telemetry/tracing.ts'
import type { Extractor } from './extraction/extractor.ts'
import { indexDocument } from './index-document.ts'
import type { IndexTarget } from './index-target.ts'
import { prepareVectors } from './prepare-vectors.ts'
import type { TendDependencies } from './spaces/tend-workspace.ts'

export interface BuildDependencies extends TendDependencies {
  readonly extractor: Extractor
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
  dependencies: BuildDependencies,
  target: IndexTarget,
  document: ClaimedDocument,
  source: HeldBytes,
  { advance, signal }: BuildOptions,
): Promise<boolean> {
  const { database, jobs, extractor, embedders } = dependencies
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
  if (!(await advance(embedders.primary ? 'EMBEDDING' : 'CHUNKING'))) return false
  const language = document.language_given ? document.language : detectLanguage(languageSample(text))
  const passages = { title, chunks }
  for (;;) {
    const stagedIn = await prepareVectors(dependencies, target, passages, signal)
    if (!stagedIn) return false
    signal.throwIfAborted()
    const content = {
      collectionId: document.collection_id,
      title,
      contentTitle,
      chunkingVersion: document.chunking_version,
      language,
      text,
      chunks,
      stagedIn,
      canEmbed: (model: EmbeddingModel) => embedders.find(model) !== null,
    }
    const indexed = await withSpan('ingestion.index', {}, () =>
      indexDocument(database.pool, jobs, target, content),
    )
    // The workspace has switched to another space meanwhile, which is not to lack this document.
    if (indexed !== 'other space') return indexed
  }
}
