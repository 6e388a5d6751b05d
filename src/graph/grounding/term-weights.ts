import type { Presence } from './term-presence.ts'

/** How many of `total` texts of the collection hold a term. */
export type TermStatistics = { readonly total: number; readonly frequencyOf: (term: string) => number }

/**
 * How much each term tells: the idf of BM25, ln(1 + (N − n + ½) / (n + ½)). A term that no text holds weighs as one
 * that a single text holds: the words of a paraphrase must not outweigh those that the texts share.
 */
export function termWeights(
  terms: Iterable<string>,
  { total, frequencyOf }: TermStatistics,
  least = 0,
): Map<string, number> {
  const weights = new Map<string, number>()
  for (const term of terms) {
    const n = Math.min(total, Math.max(1, frequencyOf(term)))
    weights.set(term, least + Math.log(1 + (total - n + 0.5) / (n + 0.5)))
  }
  return weights
}

/** Statistics of a few texts, for where none of the collection are at hand. */
export function statisticsOf(texts: readonly ReadonlySet<string>[]): TermStatistics {
  return { total: texts.length, frequencyOf: (term) => texts.filter((terms) => terms.has(term)).length }
}

/** The share of the weight that the given terms hold, from 0 to 1. */
export function coverage(weights: ReadonlyMap<string, number>, presence: Presence): number {
  let sum = 0
  let total = 0
  for (const [term, weight] of weights) {
    sum += weight * presence(term)
    total += weight
  }
  return total === 0 ? 0 : sum / total
}
