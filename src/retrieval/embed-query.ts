import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import { UnavailableError } from '../errors.ts'
import { FailureError } from '../failure.ts'
import { describeModel, type Embedders } from '../providers/embeddings/embedders.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RetrievalFallback } from './explain.ts'
import { RetrievalMode } from './retrieval.ts'
import type { WorkspaceSpace } from './searched-collection.ts'
import type { StageClock } from './stage-clock.ts'
import type { QueryEmbeddingCache } from './vector/query-embedding-cache.ts'

export type EmbeddedQuery =
  | {
      /** pgvector's binary form. */
      readonly vector: Buffer
      readonly space: EmbeddingSpace
    }
  | { readonly fallback: RetrievalFallback }

export interface EmbedQueryDependencies {
  readonly embedders: Embedders
  readonly questions: QueryEmbeddingCache
  readonly clock: StageClock
  readonly metrics: Metrics
  readonly logger: Logger
}

/**
 * The query's vector in the space that its workspace searches, or why HYBRID goes on without.
 * @throws UnavailableError where VECTOR cannot go on
 */
export async function embedQuery(
  { embedders, questions, clock, metrics, logger }: EmbedQueryDependencies,
  workspaceId: string,
  { space_id: id, model, dimensions }: WorkspaceSpace,
  { query, mode }: { readonly query: string; readonly mode: RetrievalMode },
  signal: AbortSignal,
): Promise<EmbeddedQuery> {
  const embeddings = id === null ? null : embedders.find({ model, dimensions })
  if (id === null || !embeddings) {
    const { fallback, message } = withoutVectors(id === null ? null : { model, dimensions }, embedders)
    if (mode === RetrievalMode.Vector) throw new UnavailableError(message)
    return { fallback }
  }
  try {
    const vector = await clock.time('embed_query', () =>
      questions.embed(embeddings, workspaceId, query, signal),
    )
    return { vector, space: { id, model, dimensions } }
  } catch (cause) {
    if (signal.aborted || !(cause instanceof FailureError)) throw cause
    if (mode === RetrievalMode.Vector) {
      throw new UnavailableError(`The query could not be embedded. ${cause.failure.message}`, { cause })
    }
    metrics.retrievalFallbacks.inc({ stage: 'embed_query' })
    logger.warn({ failure: cause.failure }, 'The query could not be embedded: HYBRID goes on with words only')
    return { fallback: 'EMBEDDING_FAILED' }
  }
}

/** Why a search by meaning is not possible, and what to do. */
function withoutVectors(
  space: Parameters<Embedders['find']>[0] | null,
  { primary }: Embedders,
): { fallback: RetrievalFallback; message: string } {
  if (space) {
    return {
      fallback: 'OTHER_EMBEDDING_MODEL',
      message: `VECTOR needs the model of this workspace's vectors, ${describeModel(space)}, which is not configured: set EMBEDDING_* to it, or use LEXICAL`,
    }
  }
  if (primary) {
    return {
      fallback: 'EMBEDDING_INCOMPLETE',
      message:
        'VECTOR needs a vector of every passage of this workspace, and they are still being made: use LEXICAL until then',
    }
  }
  return {
    fallback: 'NO_EMBEDDING_MODEL',
    message:
      'VECTOR needs an embedding model, and none is configured: set EMBEDDING_BASE_URL or EMBEDDING_PROVIDER=local, or use LEXICAL',
  }
}
