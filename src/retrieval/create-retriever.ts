import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { findCollection, type SearchedCollection } from '../db/sql/collection.ts'
import { countPassages } from '../db/sql/search.ts'
import { NotFoundError, UnavailableError } from '../errors.ts'
import { FailureError } from '../failure.ts'
import { describeModel, type Embedders } from '../providers/embeddings/embedders.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { withSpan } from '../telemetry/tracing.ts'
import { type Fused, fuse } from './fuse.ts'
import { createQueryKeeper } from './keep-queries.ts'
import { filterByPhrases } from './lexical/filter-by-phrases.ts'
import { parseQuery, unquoted } from './lexical/parse-query.ts'
import { passageLanguages } from './lexical/passage-languages.ts'
import { searchLexical } from './lexical/search-lexical.ts'
import { rerankFused } from './rerank.ts'
import type { Retrieval, RetrieveRequest, Retriever } from './retrieval.ts'
import { RetrievalMode } from './retrieval.ts'
import { createQueryEmbeddingCache } from './vector/query-embedding-cache.ts'
import { searchVector } from './vector/search-vector.ts'

export interface RetrieverDependencies {
  readonly database: Database
  readonly embedders: Embedders
  readonly reranker: Rerank | null
  readonly metrics: Metrics
  readonly logger: Logger
}

interface Searched {
  readonly workspaceId: string
  readonly collection: SearchedCollection
}

/** How many of each ranking are fused and reranked: enough for one to lift what the other ranks low. */
const fusionDepth = (topK: number) => Math.max(50, topK)

export function createRetriever(dependencies: RetrieverDependencies): Retriever {
  const { database, embedders, reranker, metrics, logger } = dependencies
  const { pool } = database
  const questions = createQueryEmbeddingCache({ metrics })
  const queries = createQueryKeeper(pool, logger)

  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const end = metrics.retrievalDuration.startTimer({ stage })
    try {
      return await withSpan(`retrieval.${stage}`, {}, work)
    } finally {
      end()
    }
  }

  /** Null where HYBRID goes on without: it says so by the mode that it returns. */
  const embedQuery = async (
    { workspaceId, collection }: Searched,
    query: string,
    mode: RetrievalMode,
    signal: AbortSignal,
  ) => {
    const { space_id: id, model, dimensions } = collection
    const embeddings = id === null ? null : embedders.find({ model, dimensions })
    if (id === null || !embeddings) {
      if (mode !== RetrievalMode.Vector) return null
      throw new UnavailableError(withoutVectors(collection, embedders))
    }
    try {
      const { literal } = await timed('embed_query', () =>
        questions.embed(embeddings, workspaceId, query, signal),
      )
      return { vector: literal, space: { id, model, dimensions } }
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

  async function rank(searched: Searched, request: RetrieveRequest, signal: AbortSignal) {
    const { collection } = searched
    const { topK, filter, mode } = request
    const query = request.phrases === false ? unquoted(request.query) : parseQuery(request.query)
    const languages = passageLanguages(collection, request.language ?? null)
    const collectionId = collection.id
    const phrases = query.phrases.length > 0
    const depth = mode === RetrievalMode.Hybrid || reranker ? fusionDepth(topK) : topK
    const lexical = () =>
      timed('lexical', () => searchLexical(pool, { collectionId, languages, query, filter, limit: depth }))
    if (mode === RetrievalMode.Lexical) return { mode, phrases, ranked: byWords(await lexical()) }

    // Words are searched while the query is being embedded.
    const words = mode === RetrievalMode.Hybrid ? lexical() : null
    words?.catch(() => {})
    const embedded = await embedQuery(searched, query.text, mode, signal)
    if (!embedded) {
      return { mode: RetrievalMode.Lexical, phrases, ranked: byWords(await (words ?? lexical())) }
    }
    const near = await timed('vector', async () => {
      const held = await filterByPhrases(pool, { collectionId, languages, query, filter })
      return held === 'none'
        ? []
        : searchVector(pool, { ...embedded, collectionId, filter: held, limit: depth })
    })
    if (!words) return { mode, phrases, ranked: bySimilarity(near) }
    return { mode, phrases, ranked: fuse(await words, near, depth) }
  }

  async function find({ workspaceId }: Caller, { collection: name }: RetrieveRequest): Promise<Searched> {
    const [collection] = await findCollection(pool, workspaceId, name)
    if (!collection) throw new NotFoundError(`There is no collection named ${name}`)
    return { workspaceId, collection }
  }

  return {
    async retrieve(caller: Caller, request: RetrieveRequest, signal: AbortSignal): Promise<Retrieval> {
      requireScope(caller, 'READ')
      return timed('total', async () => {
        const searched = await find(caller, request)
        const kept = queries.keep(searched.collection, request.query)
        const { mode, ranked, phrases } = await rank(searched, request, signal).catch(
          async (error: unknown) => {
            // The space was dropped under a search that took longer than such are waited for: there is another one now.
            if (!isUndefinedTable(error)) throw error
            return rank(await find(caller, request), request, signal)
          },
        )
        await kept
        const reranked = reranker
          ? await timed('rerank', () => rerankFused(reranker, request.query, ranked, signal, logger))
          : ranked
        const best = reranked.slice(0, request.topK)
        const { filter, topK, minScore } = request
        const underfilled =
          best.length < topK &&
          (phrases || (await countPassages(pool, searched.collection.id, filter, topK)) < topK)
        const hits = best
          .filter(({ score }) => minScore === null || score >= minScore)
          .map(({ passage, score, scores }, index) => ({ rank: index + 1, score, scores, chunk: passage }))
        return { mode, hits, underfilled }
      })
    },
  }
}

/** Why a search by meaning is not possible, and what to do. */
function withoutVectors(collection: SearchedCollection, { primary }: Embedders): string {
  if (collection.space_id !== null) {
    return `VECTOR needs the model of this workspace's vectors, ${describeModel(collection)}, which is not configured: set EMBEDDING_* to it, or use LEXICAL`
  }
  if (primary) {
    return 'VECTOR needs a vector of every passage of this workspace, and they are still being made: use LEXICAL until then'
  }
  return 'VECTOR needs an embedding model, and none is configured: set EMBEDDING_BASE_URL, or use LEXICAL'
}

function isUndefinedTable(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '42P01'
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
