import type { PassageRow } from '../db/sql/passage.ts'
import type { Candidate, LexicalResult } from './lexical/search-lexical.ts'
import type { HitScores } from './retrieval.ts'

export interface Fused {
  readonly passage: PassageRow
  /** 0 to 1. */
  readonly score: number
  readonly scores: HitScores
}

/**
 * What the part by meaning weighs beside the part by words. Measured flat from 0.3 to 0.5; the lower end costs least
 * where the model does not know the language (docs/decisions/0025).
 */
const MEANING = 0.3

/**
 * Adds what both retrievers say of a passage, each on a scale that its own scores give, so that neither a retriever that
 * found nothing worth finding nor a scale that is narrow (E5's cosines lie between 0.7 and 0.9) decides the order:
 *
 * - words: BM25 over what a passage with every word of the question could have. A question whose words the collection
 *   does not have, being in another language, says little by words, and its best passage is near 0.
 * - meaning: (cosine − floor) ÷ (1 − floor), where the floor is the last of the list, most of which is background,
 *   and 1 is a passage that equals the question. Vectors that tell nothing stay within 0.1.
 *
 * The sum is divided by what it can be at most. A passage that one list lacks has at most that list's last score
 * there, and counts with it; where words found fewer than `depth`, none that it lacks has a word of the question.
 */
export function fuse(
  words: Pick<LexicalResult, 'candidates' | 'questionBound'>,
  near: readonly Candidate[],
  depth: number,
): Fused[] {
  const byWords = new Map(words.candidates.map(({ passage, score }) => [passage.id, score]))
  const byMeaning = new Map(near.map(({ passage, score }) => [passage.id, score]))
  const passages = new Map([...words.candidates, ...near].map(({ passage }) => [passage.id, passage]))
  const wordsFloor = words.candidates.length < depth ? 0 : (words.candidates.at(-1)?.score ?? 0)
  const meaningFloor = near.length > 1 ? (near.at(-1)?.score ?? 0) : 0
  return [...passages.values()]
    .map((passage) => {
      const lexical = byWords.get(passage.id) ?? null
      const vector = byMeaning.get(passage.id) ?? null
      const found = part(lexical ?? wordsFloor, 0, words.questionBound)
      const meant = part(vector ?? meaningFloor, meaningFloor, 1)
      const score = (found + MEANING * meant) / (1 + MEANING)
      return { passage, score, scores: { lexical, vector, rerank: null } }
    })
    .sort((a, b) => b.score - a.score || (a.passage.id < b.passage.id ? -1 : 1))
}

/** How far from `low` to `high`, 0 to 1; 0 where they are the same. */
function part(score: number, low: number, high: number): number {
  return high > low ? Math.min(1, Math.max(0, (score - low) / (high - low))) : 0
}
