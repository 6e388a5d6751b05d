import { TERM_DIMENSIONS } from './term-id.ts'

/** How soon the repetition of a term stops to matter. This and B are Anserini's defaults for passages. */
export const K1 = 0.9
/** How much a long document is held against it, from 0 to 1. */
export const B = 0.4

/** pgvector's SPARSEVEC_MAX_NNZ. A chunk has some hundred terms; only hostile text comes near. */
export const MOST_ENTRIES = 16_000

/** How often each term occurs. Terms whose ids collide are counted together. */
export function termFrequencies(terms: readonly string[], id: (term: string) => number): Map<number, number> {
  const frequencies = new Map<number, number>()
  for (const term of terms) {
    const termId = id(term)
    frequencies.set(termId, (frequencies.get(termId) ?? 0) + 1)
  }
  return frequencies
}

/**
 * A term's weight in a document: tf·(k1 + 1) / (tf + k1·(1 − b + b·length/averageLength)), from 0 to k1 + 1.
 * Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.2.
 * `length` and `averageLength` are in terms; an average of 0 (nothing indexed yet) counts as the document's own.
 */
export function documentWeight(tf: number, length: number, averageLength: number): number {
  const relativeLength = averageLength > 0 ? length / averageLength : 1
  return (tf * (K1 + 1)) / (tf + K1 * (1 - B + B * relativeLength))
}

/**
 * A term's weight in a query: ln(1 + (N − df + 0.5) / (df + 0.5)). Lucene's variant (BM25Similarity.idf): the 1 keeps
 * it positive for terms that most documents have. A df above N, which counts read at different times can show, is N.
 */
export function inverseDocumentFrequency(documents: number, documentFrequency: number): number {
  const frequency = Math.min(documentFrequency, documents)
  return Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
}

/**
 * pgvector's text form of a sparse vector, `{id:weight,…}/1000000000`, ids ascending. Ids must be distinct; entries
 * of weight 0 are left out, and of more than MOST_ENTRIES the heaviest are kept. Weights have 7 digits, a float4's.
 */
export function sparsevecLiteral(entries: Iterable<readonly [id: number, weight: number]>): string {
  let kept = [...entries].filter(([, weight]) => weight !== 0)
  if (kept.length > MOST_ENTRIES) {
    kept = kept.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_ENTRIES)
  }
  kept.sort((a, b) => a[0] - b[0])
  return `{${kept.map(([id, weight]) => `${id}:${Number(weight.toPrecision(7))}`).join(',')}}/${TERM_DIMENSIONS}`
}
