import { murmur3 } from '../../src/retrieval/lexical/murmur3.ts'
import { queryNumber, type VectorMixture } from './vector-mixture.ts'

/** The vector of a question: it follows from the text, and is of the clusters. */
export function questionVector(vectors: VectorMixture, text: string): Float32Array {
  const vector = new Float32Array(vectors.dimensions)
  vectors.write(queryNumber(murmur3(text, 1) % 100_000_000), vector)
  return vector
}
