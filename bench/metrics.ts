/**
 * Measures of ranked retrieval as trec_eval defines them (https://github.com/usnistgov/trec_eval, the files
 * named below), which pytrec_eval and so BEIR use. A ranking names each document once; what was not judged
 * counts as not relevant, and so does a judgement below 1.
 */

/** Relevance by document, of one query. */
export type Judgements = ReadonlyMap<string, number>

const gainOf = (judgements: Judgements, document: string) => Math.max(0, judgements.get(document) ?? 0)

const relevantOf = (judgements: Judgements) => [...judgements.values()].filter((relevance) => relevance >= 1)

/** Σ gain ÷ log2(rank + 1): the gain is the judgement itself (linear), not 2^judgement - 1. */
function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0)
}

/** nDCG at k (m_ndcg_cut.c): over the best order that the judgements allow, cut at k, too. */
export function ndcg(ranking: readonly string[], judgements: Judgements, k: number): number {
  const best = relevantOf(judgements)
    .sort((a, b) => b - a)
    .slice(0, k)
  if (best.length === 0) return 0
  const gains = ranking.slice(0, k).map((document) => gainOf(judgements, document))
  return discounted(gains) / discounted(best)
}

/** 1 ÷ rank of the first relevant document (m_recip_rank.c), 0 where none is among the first k. */
export function reciprocalRank(ranking: readonly string[], judgements: Judgements, k: number): number {
  const index = ranking.slice(0, k).findIndex((document) => gainOf(judgements, document) >= 1)
  return index < 0 ? 0 : 1 / (index + 1)
}

/** The part of the relevant documents that is among the first k (m_recall.c). */
export function recall(ranking: readonly string[], judgements: Judgements, k: number): number {
  const relevant = relevantOf(judgements).length
  if (relevant === 0) return 0
  const found = ranking.slice(0, k).filter((document) => gainOf(judgements, document) >= 1)
  return found.length / relevant
}

/** Documents in the order of their best passage, each once. */
export function documentRanking(documentsOfHits: readonly string[]): string[] {
  return [...new Set(documentsOfHits)]
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
