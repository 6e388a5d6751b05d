import { murmur3 } from './murmur3.ts'

/** The dimensions that pgvector allows a sparsevec; its indices begin at 1. */
export const TERM_DIMENSIONS = 1_000_000_000

/**
 * The ids of a collection's terms, integers from 1 to TERM_DIMENSIONS. They are stored, so they never change.
 *
 * The collection's id is the salt: the same word has another id in each collection, so that one GIN index serves all
 * of them and a lookup meets the rows of its own, and ids tell nothing about the words of another workspace.
 * MurmurHash3's 32 bits are folded onto the range; of a million terms about 500 pairs share an id, and are then
 * counted as one term.
 */
export function termIds(collectionId: string): (term: string) => number {
  const seed = murmur3(collectionId, 0)
  return (term) => (murmur3(term, seed) % TERM_DIMENSIONS) + 1
}
