import { documentWeight, MOST_ENTRIES, sparsevecLiteral } from './bm25.ts'
import { type Passage, passageAnalysis } from './passage-words.ts'
import { TERM_DIMENSIONS, termIds } from './term-id.ts'

/**
 * The words of some passages in six bytes a term, where maps take fifty: a document of 50 MB has about six million.
 * Passage `i` has the terms from `ends[i - 1]` (0 for the first) to `ends[i]`.
 */
export interface WordBlock {
  /** Distinct within a passage, ascending. */
  readonly ids: Int32Array
  /** How often each stands in its passage. */
  readonly frequencies: Uint16Array | Uint32Array
  readonly ends: Uint32Array
  /** Terms of each passage, repetitions included: BM25's document length. */
  readonly lengths: Uint32Array
}

export function wordBlock(collectionId: string, passages: readonly Passage[]): WordBlock {
  const idOf = termIds(collectionId)
  const ends = new Uint32Array(passages.length)
  const lengths = new Uint32Array(passages.length)
  const ids: number[] = []
  const frequencies: number[] = []
  let most = 0
  for (const [index, passage] of passages.entries()) {
    const { terms, characters } = passageAnalysis(passage)
    const sorted = Int32Array.from([...terms, ...characters], idOf).sort()
    for (let at = 0; at < sorted.length; ) {
      const id = sorted[at] ?? 0
      const first = at
      while (sorted[at] === id) at += 1
      ids.push(id)
      frequencies.push(at - first)
      most = Math.max(most, at - first)
    }
    ends[index] = ids.length
    lengths[index] = terms.length
  }
  const Frequencies = most <= 0xffff ? Uint16Array : Uint32Array
  return { ids: Int32Array.from(ids), frequencies: Frequencies.from(frequencies), ends, lengths }
}

/** A passage's term ids as PostgreSQL's int[]. */
export function termIdsLiteral({ ids, ends }: WordBlock, index: number): string {
  return `{${ids.subarray(ends[index - 1] ?? 0, ends[index]).join(',')}}`
}

/** A passage's BM25 weights as pgvector's sparsevec: the text that passageWeights gives for the same words. */
export function weightsLiteral(block: WordBlock, index: number, averageLength: number): string {
  const { ids, frequencies, ends, lengths } = block
  const from = ends[index - 1] ?? 0
  const to = ends[index] ?? from
  const length = lengths[index] ?? 0
  if (to - from > MOST_ENTRIES) {
    const all = Array.from({ length: to - from }, (_, at) => {
      const weight = documentWeight(frequencies[from + at] ?? 0, length, averageLength)
      return [ids[from + at] ?? 0, weight] as const
    })
    return sparsevecLiteral(all)
  }
  // A passage has a handful of frequencies, and digits cost more than anything else here.
  const weights = new Map<number, string>()
  let entries = ''
  for (let at = from; at < to; at++) {
    const frequency = frequencies[at] ?? 0
    let weight = weights.get(frequency)
    if (weight === undefined) {
      weight = String(Number(documentWeight(frequency, length, averageLength).toPrecision(7)))
      weights.set(frequency, weight)
    }
    entries += `${at > from ? ',' : ''}${ids[at]}:${weight}`
  }
  return `{${entries}}/${TERM_DIMENSIONS}`
}
