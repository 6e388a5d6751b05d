import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { countPassages, measureFilter } from '../db/sql/search.ts'
import type { Embedders } from '../providers/embeddings/embedders.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { embedQuery } from './embed-query.ts'
import type { FilterExplain } from './explain.ts'
import { createQueryKeeper } from './keep-queries.ts'
import { parseQuery, unquoted } from './lexical/parse-query.ts'
import { rerankFused } from './rerank.ts'
import {
  type DocumentFilter,
  type Retrieval,
  RetrievalMode,
  type RetrieveRequest,
  type Retriever,
} from './retrieval.ts'
import { type Ranked, search } from './search-modes.ts'
import { findSearched, SpaceGuesses, type WorkspaceSpace } from './searched-collection.ts'
import { stageClock } from './stage-clock.ts'
import { createQueryEmbeddingCache } from './vector/query-embedding-cache.ts'

export interface RetrieverDependencies {
  readonly database: Database
  readonly embedders: Embedders
  readonly reranker: Rerank | null
  readonly metrics: Metrics
  readonly logger: Logger
}

/** How many of each ranking are fused and reranked: enough for one to lift what the other ranks low. */
const fusionDepth = (topK: number) => Math.max(50, topK)

/** An explanation counts no further: it is to cost about what a search does. */
const countedDocuments = 10_000

export function createRetriever(dependencies: RetrieverDependencies): Retriever {
  const { database, reranker, metrics, logger } = dependencies
  const { pool } = database
  const questions = createQueryEmbeddingCache({ metrics })
  const queries = createQueryKeeper(pool, logger)
  const guesses = new SpaceGuesses()

  /**
   * Fewer than topK passages match the filter, whether the query finds them or not, or hold the phrases. Where not all
   * that may hold them were compared, that is not known, and not said.
   */
  const isUnderfilled = async (
    { collectionId, complete }: Ranked,
    { filter, topK }: RetrieveRequest,
    phrases: boolean,
    found: number,
  ) => {
    if (found >= topK) return false
    return phrases ? complete : (await countPassages(pool, collectionId, filter, topK)) < topK
  }

  const explainFilter = async (collectionId: string, filter: DocumentFilter): Promise<FilterExplain> => {
    const { matching, passages, complete } = await measureFilter(pool, collectionId, filter, countedDocuments)
    return { matchingPassages: matching, collectionPassages: passages, complete }
  }

  return {
    async retrieve(caller: Caller, request: RetrieveRequest, signal: AbortSignal): Promise<Retrieval> {
      requireScope(caller, 'READ')
      const { workspaceId } = caller
      const { mode, topK, filter, minScore } = request
      const clock = stageClock(metrics)
      return clock.time('total', async () => {
        const { context } = request
        const parsed = request.phrases === false ? unquoted(request.query) : parseQuery(request.query)
        const query = context ? { ...parsed, context: context.words } : parsed
        const standalone = context?.standalone ?? request.query
        const depth = mode === RetrievalMode.Hybrid || reranker ? fusionDepth(topK) : topK
        const embed = (space: WorkspaceSpace) =>
          embedQuery(
            { ...dependencies, questions, clock },
            workspaceId,
            space,
            { query: context ? standalone : query.text, mode },
            signal,
          )
        const searching = {
          ...{ pool, workspaceId, clock, guesses, embed },
          find: () => findSearched(pool, workspaceId, request.collection),
        }
        const find = () => search(searching, { ...request, query, depth })
        const found = await find().catch((error: unknown) => {
          // The space was dropped under a search that took longer than such are waited for: there is another one now.
          if (!isUndefinedTable(error)) throw error
          guesses.forget(workspaceId)
          return find()
        })
        const { collectionId, space, ranked, mode: ran, fallback, lexical, vector } = found
        await queries.keep({ id: collectionId, migration_id: space.migration_id }, standalone)
        const reranked = reranker
          ? await clock.time('rerank', () => rerankFused(reranker, standalone, ranked, dependencies, signal))
          : { ranked, failed: false }
        const best = reranked.ranked.slice(0, topK)
        return {
          mode: ran,
          underfilled: await isUnderfilled(found, request, query.phrases.length > 0, best.length),
          hits: best
            .filter(({ score }) => minScore === null || score >= minScore)
            .map(({ passage, score, scores }, index) => ({ rank: index + 1, score, scores, chunk: passage })),
          explain: async () => ({
            requestedMode: mode,
            ...{ fallback, lexical, vector },
            rerank: reranker && {
              candidates: ranked.length,
              model: reranker.model,
              failed: reranked.failed,
            },
            filter: filter && (await explainFilter(collectionId, filter)),
            times: clock.times(),
          }),
        }
      })
    },
  }
}

function isUndefinedTable(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '42P01'
}
