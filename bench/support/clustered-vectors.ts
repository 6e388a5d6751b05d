import { murmur3 } from '../../src/retrieval/lexical/murmur3.ts'

/** How many texts there are to a cluster of 20,000: near ones are near each other, as those of a model are. */
const clusters = 200
/** Of a text's own direction beside its cluster's. */
const noise = 0.6

/** Marsaglia's xorshift32, from -1 to 1. */
export function randomVector(seed: number, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions)
  let state = seed || 1
  for (let index = 0; index < dimensions; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    vector[index] = state / 2 ** 31
  }
  return vector
}

/** Follows from the text: one of the clusters' centres, and the text's own noise around it. */
export function clusteredVector(text: string, dimensions: number): Float32Array {
  const own = murmur3(text, 1)
  const centre = randomVector(murmur3(`cluster ${own % clusters}`, 1), dimensions)
  return randomVector(own, dimensions).map((value, index) => (centre[index] ?? 0) + noise * value)
}
