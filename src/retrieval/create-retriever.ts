import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { findCollection } from '../db/sql/collection.ts'
import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import { countPassages } from '../db/sql/search.ts'
import { NotFoundError, UnavailableError } from '../errors.ts'
import { FailureError } from '../failure.ts'
import type { Embeddings } from '../providers/embeddings/embeddings.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { type Fused, fuse } from './fuse.ts'
import { searchLexical } from './lexical/search-lexical.ts'
import { rerankFused } from './rerank.ts'
import type { Retrieval, RetrieveRequest, Retriever } from './retrieval.ts'
import { RetrievalMode } from './retrieval.ts'
import { searchVector } from './vector/search-vector.ts'

export interface RetrieverDependencies {
  readonly database: Database
  readonly embedder: { readonly embeddings: Embeddings; readonly space: EmbeddingSpace } | null
  readonly reranker: Rerank | null
  readonly metrics: Metrics
  readonly logger: Logger
}

/** How many of each ranking are fused and reranked: enough for one to lift what the other ranks low. */
const fusionDepth = (topK: number) => Math.max(50, topK)

export function createRetriever(dependencies: RetrieverDependencies): Retriever {
  const { database, embedder, reranker, metrics, logger } = dependencies
  const { pool } = database

  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const end = metrics.retrievalDuration.startTimer({ stage })
    try {
      return await withSpan(`retrieval.${stage}`, {}, work)
    } finally {
      end()
    }
  }

  /** Null where HYBRID goes on without: it says so by the mode that it returns. */
  const embedQuery = async (query: string, mode: RetrievalMode, signal: AbortSignal) => {
    if (!embedder) {
      if (mode !== RetrievalMode.Vector) return null
      throw new UnavailableError(
        'VECTOR needs an embedding model, and none is configured: set EMBEDDING_BASE_URL, or use LEXICAL',
      )
    }
    try {
      const [vector] = await timed('embed_query', () => embedder.embeddings.embed([query], 'query', signal))
      return vector ? { vector, space: embedder.space } : null
    } catch (cause) {
      if (signal.aborted || !(cause instanceof FailureError)) throw cause
      if (mode === RetrievalMode.Vector) {
        throw new UnavailableError('The embedding model cannot be reached', { cause })
      }
      logger.warn(
        { failure: cause.failure },
        'The query could not be embedded: HYBRID goes on with words only',
      )
      return null
    }
  }

  async function rank(collectionId: string, request: RetrieveRequest, signal: AbortSignal) {
    const { query, topK, filter, mode } = request
    const depth = mode === RetrievalMode.Hybrid || reranker ? fusionDepth(topK) : topK
    const lexical = () =>
      timed('lexical', () => searchLexical(pool, { collectionId, query, filter, limit: depth }))
    if (mode === RetrievalMode.Lexical) return { mode, ranked: byWords(await lexical()) }

    // Words are searched while the query is being embedded.
    const words = mode === RetrievalMode.Hybrid ? lexical() : null
    words?.catch(() => {})
    const embedded = await embedQuery(query, mode, signal)
    if (!embedded) return { mode: RetrievalMode.Lexical, ranked: byWords(await (words ?? lexical())) }
    const near = await timed('vector', () =>
      searchVector(pool, { ...embedded, collectionId, filter, limit: depth }),
    )
    if (!words) return { mode, ranked: bySimilarity(near) }
    return { mode, ranked: fuse((await words).candidates, near) }
  }

  return {
    async retrieve(caller: Caller, request: RetrieveRequest, signal: AbortSignal): Promise<Retrieval> {
      requireScope(caller, 'READ')
      return timed('total', async () => {
        const [collection] = await findCollection(pool, caller.workspaceId, request.collection)
        if (!collection) throw new NotFoundError(`There is no collection named ${request.collection}`)
        const { mode, ranked } = await rank(collection.id, request, signal)
        const reranked = reranker
          ? await timed('rerank', () => rerankFused(reranker, request.query, ranked, signal, logger))
          : ranked
        const best = reranked.slice(0, request.topK)
        const { filter, topK, minScore } = request
        const underfilled =
          best.length < topK && (await countPassages(pool, collection.id, filter, topK)) < topK
        const hits = best
          .filter(({ score }) => minScore === null || score >= minScore)
          .map(({ passage, score, scores }, index) => ({ rank: index + 1, score, scores, chunk: passage }))
        return { mode, hits, underfilled }
      })
    },
  }
}

/** 1 would be a passage that no other could exceed for this query. */
function byWords({ candidates, upperBound }: Awaited<ReturnType<typeof searchLexical>>): Fused[] {
  return candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, score / upperBound),
    scores: { lexical: score, vector: null, rerank: null },
  }))
}

function bySimilarity(candidates: Awaited<ReturnType<typeof searchVector>>): Fused[] {
  return candidates.map(({ passage, score }) => ({
    passage,
    score: Math.min(1, Math.max(0, score)),
    scores: { lexical: null, vector: score, rerank: null },
  }))
}
