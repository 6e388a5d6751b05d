import type { Presence } from './term-presence.ts'

/** How many of `total` texts of the collection hold a term. */
export type TermStatistics = { readonly total: number; readonly frequencyOf: (term: string) => number }

/**
 * A collection counts as at least so many texts. In one of five, all of one matter, the words of that matter are in each of
 * them and would weigh nothing, so that the words that a question happens to have beside them would decide alone.
 */
const LEAST_TEXTS = 200

/** How much each term tells: the idf of BM25, ln(1 + (N − n + ½) / (n + ½)). */
export function termWeights(
  terms: Iterable<string>,
  { total, frequencyOf }: TermStatistics,
): Map<string, number> {
  const texts = textsOf({ total })
  const weights = new Map<string, number>()
  for (const term of terms) {
    const n = Math.min(texts, frequencyOf(term))
    weights.set(term, Math.log(1 + (texts - n + 0.5) / (n + 0.5)))
  }
  return weights
}

/** How many texts a collection counts as. */
export function textsOf({ total }: Pick<TermStatistics, 'total'>): number {
  return Math.max(total, LEAST_TEXTS)
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
