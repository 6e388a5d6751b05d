import type { Candidate } from './candidates.ts'

export type Scored = { readonly candidate: Candidate; readonly score: number }

/** How many log-odds one unit of the score is: how sure the best sentence is to be the right one. */
const CERTAINTY = 10.5
/** Sentences are added until the answer is in one of them this surely, as far as the scores know. */
const SURE = 0.88
/** What is less likely than this to hold the answer is not worth its reading. */
const UNLIKELY = 0.04
/** One from another passage than the best, which does not read on from it, must be likelier. */
const UNLIKELY_ELSEWHERE = 0.08
/** The share of words in common from which two sentences say the same. */
const SAME = 0.8

/** Picks up to `max` sentences, of which the best come first, and puts them in reading order. */
export function chooseSentences(best: readonly Scored[], max: number): Candidate[] {
  const top = best[0]
  if (top === undefined) return []
  const chances = best.map(({ score }) => Math.exp(CERTAINTY * (score - top.score)))
  const all = chances.reduce((sum, chance) => sum + chance, 0)
  const chosen: Candidate[] = []
  let sure = 0
  for (const [i, { candidate, score }] of best.entries()) {
    const chance = (chances[i] ?? 0) / all
    const home = chosen[0]
    // Nothing but headings or code was found: one of them is shown, no more.
    if (home && (chosen.length >= max || sure >= SURE || score < 0)) break
    if (home && chance < (candidate.passage === home.passage ? UNLIKELY : UNLIKELY_ELSEWHERE)) continue
    sure += chance
    // The same again, from another document: it makes the answer surer, not longer.
    if (chosen.every((other) => likeness(candidate, other) < SAME)) chosen.push(candidate)
  }
  return inReadingOrder(chosen)
}

/** The share of words that two sentences have in common, of those that the shorter one has. */
function likeness(one: Candidate, other: Candidate): number {
  const common = [...one.terms].filter((term) => other.terms.has(term)).length
  return common / Math.max(1, Math.min(one.terms.size, other.terms.size))
}

function inReadingOrder(chosen: readonly Candidate[]): Candidate[] {
  const order = [...new Set(chosen.map((c) => c.passage))]
  return [...chosen].sort((a, b) => order.indexOf(a.passage) - order.indexOf(b.passage) || a.start - b.start)
}
