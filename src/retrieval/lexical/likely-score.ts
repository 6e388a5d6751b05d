import type { LexicalQuery } from './plan-query.ts'

/** All sets of so many terms are gone through; what is commoner weighs little. */
const rarest = 8
/**
 * How many passages are to be expected above the score for each that is wanted. Words of a question are in one passage
 * more often than by chance, so that less than one does (docs/decisions/0031).
 */
const expected = 0.5
/** What a term weighs in one of the best: 1 once in a passage of average length, K1 + 1 at the most. */
const typicalWeight = 1.2

/**
 * A BM25 sum that the best `limit` passages of a plan are likely to have, by how often its terms are expected together
 * if they were independent. A guess, mostly on the low side.
 */
export function likelyScore(
  { terms, chunks, candidateTerms, companionTerms }: LexicalQuery,
  limit: number,
): number {
  const known = terms.slice(0, rarest)
  // As bits: of which terms a set must have one, and of which another one.
  const drivers = companionTerms ? 1 : bits(0, candidateTerms.length)
  const others = companionTerms ? bits(1, 1 + companionTerms.length) : -1
  const sets: { score: number; passages: number }[] = []
  for (let set = 1; set < 1 << known.length; set++) {
    if ((set & drivers) === 0 || (set & others) === 0) continue
    let score = 0
    let passages = chunks
    for (const [index, { weight, frequency }] of known.entries()) {
      const part = Math.min(1, frequency / chunks)
      const has = (set & (1 << index)) !== 0
      passages *= has ? part : 1 - part
      if (has) score += weight * typicalWeight
    }
    sets.push({ score, passages })
  }
  sets.sort((one, other) => other.score - one.score)
  let above = 0
  for (const { score, passages } of sets) {
    above += passages
    if (above >= expected * limit) return score
  }
  return sets.at(-1)?.score ?? 0
}

/** The bits from `start` to before `end`, of those that are looked at. */
function bits(start: number, end: number): number {
  return (1 << Math.min(rarest, end)) - (1 << start)
}
