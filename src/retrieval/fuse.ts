import type { PassageRow } from '../db/sql/passage.ts'
import type { Candidate } from './lexical/search-lexical.ts'
import type { HitScores } from './retrieval.ts'

export interface Fused {
  readonly passage: PassageRow
  /** 0 to 1. */
  readonly score: number
  readonly scores: HitScores
}

/** How little the first ranks stand out; the constant of the paper. */
const k = 60

/**
 * Reciprocal rank fusion: the sum of 1/(k + rank) over both rankings, divided by what a passage that is first
 * in both would have, so that 1 is the best there can be.
 * Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
 */
export function fuse(lexical: readonly Candidate[], vector: readonly Candidate[]): Fused[] {
  const fused = new Map<
    string,
    { passage: PassageRow; sum: number; lexical: number | null; vector: number | null }
  >()
  for (const [list, candidates] of [
    ['lexical', lexical],
    ['vector', vector],
  ] as const) {
    for (const [index, { passage, score }] of candidates.entries()) {
      const entry = fused.get(passage.id) ?? { passage, sum: 0, lexical: null, vector: null }
      entry.sum += 1 / (k + index + 1)
      entry[list] = score
      fused.set(passage.id, entry)
    }
  }
  const most = 2 / (k + 1)
  return [...fused.values()]
    .sort((a, b) => b.sum - a.sum || (a.passage.id < b.passage.id ? -1 : 1))
    .map(({ passage, sum, ...scores }) => ({
      passage,
      score: sum / most,
      scores: { ...scores, rerank: null },
    }))
}
