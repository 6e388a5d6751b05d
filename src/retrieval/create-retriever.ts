import { type Caller, requireScope } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import { countPassages, measureFilter } from '../db/sql/search.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { embedQuery, type QueryEmbedder } from './embed-query.ts'
import type { FilterExplain } from './explain.ts'
import { rerankFused } from './rerank.ts'
import {
  type DocumentFilter,
  type Retrieval,
  RetrievalMode,
  type RetrieveRequest,
  type Retriever,
} from './retrieval.ts'
import { search } from './search-modes.ts'
import { stageClock } from './stage-clock.ts'

export interface RetrieverDependencies {
  readonly database: Database
  readonly embedder: QueryEmbedder | null
  readonly reranker: Rerank | null
  readonly metrics: Metrics
  readonly logger: Logger
}

/** How many of each ranking are fused and reranked: enough for one to lift what the other ranks low. */
const fusionDepth = (topK: number) => Math.max(50, topK)

/** An explanation counts no further: it is to cost about what a search does. */
const countedDocuments = 10_000

export function createRetriever(dependencies: RetrieverDependencies): Retriever {
  const { database, embedder, reranker, metrics } = dependencies
  const { pool } = database

  /** Fewer than topK passages match, whether the query finds them or not. */
  const isUnderfilled = async (collectionId: string, { filter, topK }: RetrieveRequest, found: number) =>
    found < topK && (await countPassages(pool, collectionId, filter, topK)) < topK

  const explainFilter = async (collectionId: string, filter: DocumentFilter): Promise<FilterExplain> => {
    const { matching, passages, complete } = await measureFilter(pool, collectionId, filter, countedDocuments)
    return { matchingPassages: matching, collectionPassages: passages, complete }
  }

  return {
    async retrieve(caller: Caller, request: RetrieveRequest, signal: AbortSignal): Promise<Retrieval> {
      requireScope(caller, 'READ')
      const { query, mode, topK, filter, minScore } = request
      const clock = stageClock(metrics)
      return clock.time('total', async () => {
        const embed = () => embedQuery(embedder, request, { ...dependencies, clock }, signal)
        const depth = mode === RetrievalMode.Hybrid || reranker ? fusionDepth(topK) : topK
        const found = await search({ pool, workspaceId: caller.workspaceId, clock, embed }, request, depth)
        const reranked = reranker
          ? await clock.time('rerank', () => rerankFused(reranker, query, found.ranked, dependencies, signal))
          : { ranked: found.ranked, failed: false }
        const best = reranked.ranked.slice(0, topK)
        const { collectionId, ranked, mode: ran, ...explained } = found
        return {
          mode: ran,
          underfilled: await isUnderfilled(collectionId, request, best.length),
          hits: best
            .filter(({ score }) => minScore === null || score >= minScore)
            .map(({ passage, score, scores }, index) => ({ rank: index + 1, score, scores, chunk: passage })),
          explain: async () => ({
            requestedMode: mode,
            ...explained,
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
