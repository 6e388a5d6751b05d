import { fillNormal, type Random, seeded } from './random.ts'

/**
 * Vectors as an embedding model makes them of a corpus: in clusters of unequal sizes, which lie around topics, and
 * within a cluster spread along few directions. Random vectors without any likeness have no neighbours worth
 * finding; isotropic clusters have none within them.
 */
export interface VectorMixture {
  readonly dimensions: number
  readonly clusters: number
  /** The one of this number, of length 1; the same each time. Written into `target`. */
  write(number: number, target: Float32Array): void
}

/** Directions within a cluster, the k-th with a deviation of spread / √k. */
const directions = 24
/** What is left of it in every dimension. */
const noise = 0.15
const spread = 0.55
/** How far a topic's clusters lie from it. */
const topicSpread = 1.1

/** The number of a query's vector: one that no row has. */
export const queryNumber = (query: number): number => 1_000_000_000 + query

/** √count clusters, ordered by size: the k-th has a share of 1/√k. Queries are further numbers, of no row. */
export function vectorMixture(count: number, dimensions: number, seed = 1): VectorMixture {
  const clusters = Math.max(1, Math.round(Math.sqrt(count)))
  const centres = makeCentres(clusters, dimensions, seeded(seed))
  const axes = makeAxes(clusters, dimensions, seeded(seed + 1))
  const shares = cumulativeShares(clusters)
  const along = new Float32Array(directions)
  return {
    dimensions,
    clusters,
    write(number, target) {
      const random = seeded(Math.imul(number + 1, 0x9e3779b1) ^ seed)
      const cluster = firstAbove(shares, random())
      fillNormal(along, random)
      fillNormal(target, random)
      const scale = noise / Math.sqrt(dimensions)
      const centre = cluster * dimensions
      for (let at = 0; at < dimensions; at++)
        target[at] = (target[at] ?? 0) * scale + (centres[centre + at] ?? 0)
      for (let k = 0; k < directions; k++) {
        const step = (along[k] ?? 0) * spread * axisLength(k)
        const axis = (cluster * directions + k) * dimensions
        for (let at = 0; at < dimensions; at++) target[at] = (target[at] ?? 0) + step * (axes[axis + at] ?? 0)
      }
      normalize(target)
    },
  }
}

/** The squares sum to about 1. */
function axisLength(k: number): number {
  return 1 / Math.sqrt((k + 1) * Math.log(2 * directions))
}

function makeCentres(clusters: number, dimensions: number, random: Random): Float32Array {
  const topics = Array.from({ length: Math.ceil(Math.sqrt(clusters)) }, () => direction(dimensions, random))
  const centres = new Float32Array(clusters * dimensions)
  for (let cluster = 0; cluster < clusters; cluster++) {
    const topic = topics[Math.floor(random() * topics.length)] ?? new Float32Array(dimensions)
    const centre = direction(dimensions, random).map((value, at) => value * topicSpread + (topic[at] ?? 0))
    centres.set(normalize(centre), cluster * dimensions)
  }
  return centres
}

/** Random directions, which in hundreds of dimensions are nearly at right angles. */
function makeAxes(clusters: number, dimensions: number, random: Random): Float32Array {
  const axes = new Float32Array(clusters * directions * dimensions)
  for (let from = 0; from < axes.length; from += dimensions) axes.set(direction(dimensions, random), from)
  return axes
}

function direction(dimensions: number, random: Random): Float32Array {
  const vector = new Float32Array(dimensions)
  fillNormal(vector, random)
  return normalize(vector)
}

function normalize(vector: Float32Array): Float32Array {
  let square = 0
  for (const value of vector) square += value * value
  const factor = 1 / Math.sqrt(square)
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) * factor
  return vector
}

function cumulativeShares(clusters: number): Float64Array {
  const shares = new Float64Array(clusters)
  let sum = 0
  for (let k = 0; k < clusters; k++) {
    sum += 1 / Math.sqrt(k + 1)
    shares[k] = sum
  }
  return shares.map((share) => share / sum)
}

/** The first place whose value is above `value`. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
