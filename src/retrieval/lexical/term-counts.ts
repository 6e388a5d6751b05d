import type { WordBlock } from './word-block.ts'

/** Terms, ascending, and in how many passages each stands. */
export interface CountedTerms {
  readonly ids: Int32Array
  readonly counts: Int32Array
}

/**
 * In how many passages of a document its terms stand. Sorted runs, merged when two are of a size, so that millions of
 * terms cost eight bytes each, and time grows as with any sort.
 */
export class TermCounts {
  readonly #runs: CountedTerms[] = []

  add({ ids }: WordBlock): void {
    this.#runs.push(counted(ids.slice().sort()))
    for (;;) {
      const [before, last] = this.#runs.slice(-2)
      if (!before || !last || before.ids.length > 2 * last.ids.length) return
      this.#runs.splice(-2, 2, merged(before, last))
    }
  }

  /** All of them, `size` at a time. */
  *batches(size: number): Generator<CountedTerms> {
    while (this.#runs.length > 1) {
      const [before, last] = this.#runs.slice(-2)
      if (before && last) this.#runs.splice(-2, 2, merged(before, last))
    }
    const [all] = this.#runs
    for (let from = 0; all && from < all.ids.length; from += size) {
      yield { ids: all.ids.subarray(from, from + size), counts: all.counts.subarray(from, from + size) }
    }
  }
}

function counted(sorted: Int32Array): CountedTerms {
  const ids = new Int32Array(sorted.length)
  const counts = new Int32Array(sorted.length)
  let size = 0
  for (const id of sorted) {
    if (size === 0 || ids[size - 1] !== id) ids[size++] = id
    counts[size - 1] = (counts[size - 1] ?? 0) + 1
  }
  return { ids: ids.slice(0, size), counts: counts.slice(0, size) }
}

function merged(one: CountedTerms, other: CountedTerms): CountedTerms {
  const ids = new Int32Array(one.ids.length + other.ids.length)
  const counts = new Int32Array(ids.length)
  let size = 0
  for (let a = 0, b = 0; a < one.ids.length || b < other.ids.length; size++) {
    const left = one.ids[a] ?? Number.POSITIVE_INFINITY
    const right = other.ids[b] ?? Number.POSITIVE_INFINITY
    ids[size] = Math.min(left, right)
    let count = 0
    if (left <= right) count += one.counts[a++] ?? 0
    if (right <= left) count += other.counts[b++] ?? 0
    counts[size] = count
  }
  return { ids: ids.slice(0, size), counts: counts.slice(0, size) }
}
