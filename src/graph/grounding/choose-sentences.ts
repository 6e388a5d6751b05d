import type { Candidate } from './candidates.ts'

export type Scored = { readonly candidate: Candidate; readonly score: number }

/** A sentence joins the answer only if it scores at least this share of the best one. */
const MIN_RELATIVE_SCORE = 0.5
/** Maximal marginal relevance: how much likeness to a chosen sentence counts against one. */
const REDUNDANCY = 0.5
/** Sentences of one passage read as one answer; one from elsewhere must be that much better. */
const ELSEWHERE = 0.85

/** Picks up to `max` sentences, best first, and puts them in reading order. */
export function chooseSentences(scored: readonly Scored[], max: number): Candidate[] {
  const chosen: Scored[] = []
  const left = [...scored]
  while (chosen.length < max && left.length > 0) {
    const home = chosen[0]?.candidate.passage
    const marginal = left.map((s) => {
      const near = home === undefined || s.candidate.passage === home ? 1 : ELSEWHERE
      return s.score * (near - REDUNDANCY * likeness(s.candidate, chosen))
    })
    const best = marginal.indexOf(Math.max(...marginal))
    const next = left.splice(best, 1)[0]
    const first = chosen[0]
    if (next === undefined) break
    if (first !== undefined && (marginal[best] ?? 0) < MIN_RELATIVE_SCORE * first.score) break
    // Nothing but headings or code was found: one of them is shown, no more.
    if (first !== undefined && first.score < 0) break
    chosen.push(next)
  }
  return inReadingOrder(chosen.map((s) => s.candidate))
}

/** The largest share of words that the sentence has in common with a chosen one. */
function likeness(candidate: Candidate, chosen: readonly Scored[]): number {
  return Math.max(
    0,
    ...chosen.map(({ candidate: other }) => {
      const common = [...candidate.terms].filter((term) => other.terms.has(term)).length
      return common / Math.max(1, Math.min(candidate.terms.size, other.terms.size))
    }),
  )
}

function inReadingOrder(chosen: readonly Candidate[]): Candidate[] {
  const order = [...new Set(chosen.map((c) => c.passage))]
  return [...chosen].sort((a, b) => order.indexOf(a.passage) - order.indexOf(b.passage) || a.start - b.start)
}
