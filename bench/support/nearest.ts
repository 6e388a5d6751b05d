/** The exact neighbours of some queries, found while vectors pass by. */
export interface NearestTracker {
  see(number: number, vector: Float32Array): void
  /** The numbers of each query's neighbours, nearest first. */
  results(): number[][]
}

interface Kept {
  readonly numbers: number[]
  /** Descending. */
  readonly similarities: number[]
}

/** By inner product, which orders vectors of length 1 as the cosine does. */
export function trackNearest(queries: readonly Float32Array[], count: number): NearestTracker {
  const kept = queries.map((): Kept => ({ numbers: [], similarities: [] }))
  return {
    see(number, vector) {
      for (const [index, query] of queries.entries()) {
        const best = kept[index]
        if (best) keep(best, count, number, dot(query, vector))
      }
    },
    results: () => kept.map(({ numbers }) => numbers),
  }
}

function keep({ numbers, similarities }: Kept, count: number, number: number, similarity: number): void {
  if (numbers.length === count && similarity <= (similarities[count - 1] ?? 0)) return
  let at = numbers.length
  while (at > 0 && (similarities[at - 1] ?? 0) < similarity) at -= 1
  similarities.splice(at, 0, similarity)
  numbers.splice(at, 0, number)
  similarities.length = Math.min(similarities.length, count)
  numbers.length = similarities.length
}

/** Four sums at a time: one alone waits for each addition. Dimensions are a multiple of four. */
function dot(a: Float32Array, b: Float32Array): number {
  let one = 0
  let two = 0
  let three = 0
  let four = 0
  for (let at = 0; at < a.length; at += 4) {
    one += (a[at] ?? 0) * (b[at] ?? 0)
    two += (a[at + 1] ?? 0) * (b[at + 1] ?? 0)
    three += (a[at + 2] ?? 0) * (b[at + 2] ?? 0)
    four += (a[at + 3] ?? 0) * (b[at + 3] ?? 0)
  }
  return one + two + three + four
}
