import { FailureError } from '../failure.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Fused } from './fuse.ts'

export interface Reranked {
  readonly ranked: readonly Fused[]
  readonly failed: boolean
}

/**
 * Orders by the reranking model's relevance. Fail-open: a model that cannot be reached or that gives no score for each
 * passage leaves the order as it was, with `scores.rerank` null.
 */
export async function rerankFused(
  reranker: Rerank,
  query: string,
  ranked: readonly Fused[],
  { metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger },
  signal: AbortSignal,
): Promise<Reranked> {
  if (ranked.length === 0) return { ranked, failed: false }
  try {
    const texts = ranked.map(({ passage }) => passage.text)
    return { ranked: byRelevance(ranked, await reranker.rerank(query, texts, signal)), failed: false }
  } catch (error) {
    if (signal.aborted || !(error instanceof FailureError)) throw error
    metrics.retrievalFallbacks.inc({ stage: 'rerank' })
    logger.warn({ failure: error.failure }, 'Reranking failed: the fused order stands')
    return { ranked, failed: true }
  }
}

function byRelevance(ranked: readonly Fused[], relevance: readonly number[]): Fused[] {
  // Some servers give what the model computes, which any number can be, instead of a probability.
  const raw = relevance.some((score) => score < 0 || score > 1)
  return ranked
    .map((each, index) => ({ each, score: relevance[index] ?? 0 }))
    .sort((a, b) => b.score - a.score)
    .map(({ each, score }) => ({
      ...each,
      score: raw ? 1 / (1 + Math.exp(-score)) : score,
      scores: { ...each.scores, rerank: score },
    }))
}
