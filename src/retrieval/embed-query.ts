import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import { UnavailableError } from '../errors.ts'
import { FailureError } from '../failure.ts'
import type { Embeddings } from '../providers/embeddings/embeddings.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RetrievalFallback } from './explain.ts'
import { RetrievalMode } from './retrieval.ts'
import type { StageClock } from './stage-clock.ts'

/** A model and the space that holds the passages' vectors of it. */
export interface QueryEmbedder {
  readonly embeddings: Embeddings
  readonly space: EmbeddingSpace
}

export type EmbeddedQuery =
  | { readonly vector: Float32Array; readonly space: EmbeddingSpace }
  | { readonly fallback: RetrievalFallback }

/**
 * The query's vector, or why HYBRID goes on without.
 * @throws UnavailableError where VECTOR cannot go on
 */
export async function embedQuery(
  embedder: QueryEmbedder | null,
  { query, mode }: { readonly query: string; readonly mode: RetrievalMode },
  { clock, metrics, logger }: { clock: StageClock; metrics: Metrics; logger: Logger },
  signal: AbortSignal,
): Promise<EmbeddedQuery> {
  if (!embedder) {
    if (mode !== RetrievalMode.Vector) return { fallback: 'NO_EMBEDDING_MODEL' }
    throw new UnavailableError(
      'VECTOR needs an embedding model, and none is configured: set EMBEDDING_BASE_URL, or use LEXICAL',
    )
  }
  const { embeddings, space } = embedder
  try {
    const [vector] = await clock.time('embed_query', () => embeddings.embed([query], 'query', signal))
    if (!vector) throw new Error('The embedding model was asked for one vector and gave none')
    return { vector, space }
  } catch (cause) {
    if (signal.aborted || !(cause instanceof FailureError)) throw cause
    if (mode === RetrievalMode.Vector) {
      throw new UnavailableError('The embedding model cannot be reached', { cause })
    }
    metrics.retrievalFallbacks.inc({ stage: 'embed_query' })
    logger.warn({ failure: cause.failure }, 'The query could not be embedded: HYBRID goes on with words only')
    return { fallback: 'EMBEDDING_FAILED' }
  }
}
