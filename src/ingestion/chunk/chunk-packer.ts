import type { ChunkLimits } from './limits.ts'
import type { Section } from './sections.ts'
import type { Piece } from './split-block.ts'
import { COST_PER_TOKEN, spanCost, unitCost } from './token-estimate.ts'

/** A chunk while it grows. */
export interface PackedChunk {
  readonly start: number
  end: number
  /** In twelfths of a token, white space between its pieces included. */
  cost: number
  readonly page: number | null
  hasBody: boolean
  /** Those it has text of, in order. */
  readonly sections: Section[]
}

const SPACE_COST = unitCost(0x20)
const NONE: readonly PackedChunk[] = []

/**
 * Puts pieces together into chunks. Inside of a section they are joined up to the target. A chunk goes on into the
 * next section only if that is no higher one, and the chunk so far is but headings, or both are tiny and share one.
 */
export class ChunkPacker {
  /** The last two may still change. */
  readonly #chunks: PackedChunk[] = []
  readonly #text: string
  readonly #limits: ChunkLimits
  #open: PackedChunk | null = null

  constructor(text: string, limits: ChunkLimits) {
    this.#text = text
    this.#limits = limits
  }

  /** `cost`: of all pieces of the section together, or of as many as are above the target. */
  enter(section: Section, cost: number): void {
    this.#joinTinyTail()
    const open = this.#open
    const first = open?.sections[0]
    if (!open || !first) return
    const tiny = open.cost < this.#limits.tinyTokens * COST_PER_TOKEN
    const fits = open.cost + cost <= this.#limits.targetTokens * COST_PER_TOKEN
    const related = first.level === 0 || (fits && first.path[0] === section.path[0])
    const joins = !open.hasBody || (tiny && related)
    if (!joins || section.level < first.level) this.#open = null
  }

  add(piece: Piece, section: Section): void {
    const open = this.#open
    if (!open || !this.#fits(open, piece)) {
      this.#begin(piece, section)
      return
    }
    this.#extend(open, piece.end, piece.cost + SPACE_COST * (piece.start - open.end))
    open.hasBody ||= !piece.isHeading
    if (open.sections.at(-1) !== section) open.sections.push(section)
  }

  /** The chunks that are complete, each once. */
  takeComplete(): readonly PackedChunk[] {
    return this.#chunks.length > 2 ? this.#chunks.splice(0, this.#chunks.length - 2) : NONE
  }

  /** The chunks that are left. */
  finish(): readonly PackedChunk[] {
    this.#joinTinyTail()
    return this.#chunks
  }

  #fits(open: PackedChunk, piece: Piece): boolean {
    // Kilobytes of white space can lie between two pieces.
    const cost = open.cost + piece.cost + SPACE_COST * (piece.start - open.end)
    const tiny = open.cost < this.#limits.tinyTokens * COST_PER_TOKEN || !open.hasBody
    return cost <= (tiny ? this.#limits.maxTokens : this.#limits.targetTokens) * COST_PER_TOKEN
  }

  #begin(piece: Piece, section: Section): void {
    const { overlapStart: start, end, page } = piece
    const cost = piece.cost + spanCost(this.#text, start, piece.start)
    this.#open = { start, end, cost, page, hasBody: !piece.isHeading, sections: [section] }
    this.#chunks.push(this.#open)
  }

  #extend(chunk: PackedChunk, end: number, cost: number): void {
    chunk.end = end
    chunk.cost += cost
  }

  /** What a section's last chunk has too little of goes to the one before it. */
  #joinTinyTail(): void {
    const [before, tail] = this.#chunks.slice(-2)
    if (!tail || !before || tail !== this.#open) return
    if (tail.cost >= this.#limits.tinyTokens * COST_PER_TOKEN) return
    if (tail.sections.length > 1 || tail.sections[0] !== before.sections.at(-1)) return
    const cost = spanCost(this.#text, before.end, tail.end)
    if (before.cost + cost > this.#limits.maxTokens * COST_PER_TOKEN) return
    this.#extend(before, tail.end, cost)
    before.hasBody ||= tail.hasBody
    this.#chunks.pop()
    this.#open = before
  }
}
