import type { Block } from './parsed-document.ts'

const KINDS = ['heading', 'paragraph', 'code', 'table', 'list'] as const satisfies readonly Block['kind'][]

/** Of a block in the numbers. */
const START = 0
const END = 1
const PAGE = 2
/** Kind and level. */
const SORT = 3
const FIELDS = 4

/** Blocks in 16 bytes each: of a table or of short paragraphs there are millions, and an object takes five times that. */
export class BlockList implements Iterable<Block> {
  #numbers = new Uint32Array(64 * FIELDS)
  readonly #words = new Map<number, string>()
  #count = 0

  get length(): number {
    return this.#count
  }

  add({ kind, start, end, level = 0, page = 0, words }: Block): void {
    const at = this.#count * FIELDS
    if (at === this.#numbers.length) {
      const larger = new Uint32Array(at * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[at + START] = start
    this.#numbers[at + END] = end
    this.#numbers[at + PAGE] = page
    this.#numbers[at + SORT] = KINDS.indexOf(kind) + level * KINDS.length
    if (words !== undefined) this.#words.set(this.#count, words)
    this.#count += 1
  }

  /** The blocks as they were added, one at a time. */
  *[Symbol.iterator](): Generator<Block> {
    for (let index = 0; index < this.#count; index += 1) yield this.#at(index)
  }

  #at(index: number): Block {
    const number = (field: number) => this.#numbers[index * FIELDS + field] ?? 0
    const sort = number(SORT)
    const level = Math.floor(sort / KINDS.length)
    const page = number(PAGE)
    const words = this.#words.get(index)
    return {
      kind: KINDS[sort % KINDS.length] ?? 'paragraph',
      start: number(START),
      end: number(END),
      ...(level > 0 && { level }),
      ...(words !== undefined && { words }),
      ...(page > 0 && { page }),
    }
  }
}
