import { FailureError } from '../failure.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Fused } from './fuse.ts'

/**
 * Orders by the reranking model's relevance. Fail-open: a model that cannot be reached leaves the order
 * as it was, with `scores.rerank` null.
 */
export async function rerankFused(
  reranker: Rerank,
  query: string,
  ranked: readonly Fused[],
  signal: AbortSignal,
  logger: Logger,
): Promise<readonly Fused[]> {
  if (ranked.length === 0) return ranked
  try {
    const relevance = await reranker.rerank(
      query,
      ranked.map(({ passage }) => passage.text),
      signal,
    )
    return ranked
      .map((each, index) => ({ each, score: relevance[index] ?? 0 }))
      .sort((a, b) => b.score - a.score)
      .map(({ each, score }) => ({
        ...each,
        score: Math.min(1, Math.max(0, score)),
        scores: { ...each.scores, rerank: score },
      }))
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    logger.warn({ failure: error.failure }, 'Reranking failed: the fused order stands')
    return ranked
  }
}
