import type { ParsedDocument } from '../parse/parsed-document.ts'
import { ChunkPacker, type PackedChunk } from './chunk-packer.ts'
import { type ChunkLimits, type ChunkOptions, chunkLimits } from './limits.ts'
import { type Section, sections } from './sections.ts'
import { type Piece, splitBlock } from './split-block.ts'
import { COST_PER_TOKEN } from './token-estimate.ts'

/** A passage of a document. */
export interface ChunkDraft {
  /** From 0, without gaps, in the order of the document. */
  readonly ordinal: number
  /** UTF-16 code units of the document's text: `text` is its slice [start, end), always. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** The words of the headings above the passage, its own section's included, outermost first. */
  readonly headings: readonly string[]
  /** The page it begins on, from 1; null where the source has none. */
  readonly page: number | null
}

function commonStart(one: readonly string[], other: readonly string[]): readonly string[] {
  const differs = one.findIndex((words, index) => words !== other[index])
  return differs < 0 ? one : one.slice(0, differs)
}

/** What the sections in a chunk share. Sections of nothing but a heading stand above the next, or say nothing. */
function headingsOf({ sections }: PackedChunk): readonly string[] {
  const withBody = sections.filter(({ level, hasBody }) => level > 0 && hasBody)
  const paths = withBody.map(({ path }) => path)
  return paths.length > 0 ? paths.reduce(commonStart) : (sections.at(-1)?.path ?? [])
}

function* piecesOf(text: string, { blocks }: Section, limits: ChunkLimits): Generator<Piece> {
  for (const block of blocks) yield* splitBlock(text, block, limits)
}

/** The first pieces, until together they are above the target: a section is judged by them. */
function firstPieces(pieces: Iterator<Piece>, limits: ChunkLimits): { ahead: Piece[]; cost: number } {
  const ahead: Piece[] = []
  let cost = 0
  while (cost <= limits.targetTokens * COST_PER_TOKEN) {
    const { value, done } = pieces.next()
    if (done) break
    ahead.push(value)
    cost += value.cost
  }
  return { ahead, cost }
}

/**
 * Cuts a document into passages of about `targetTokens`, at most `maxTokens` (as estimateTokens counts): at headings
 * first, then between blocks, then between sentences (lines, in code, tables and lists), then at white space, and in
 * the last resort between two graphemes.
 *
 * Every character that is not white space lies in at least one chunk; a sentence may lie in two, where a long
 * paragraph was divided. Time is linear in the text; what is held is a page of it.
 */
export function* chunksOf(document: ParsedDocument, options: ChunkOptions = {}): Generator<ChunkDraft> {
  const limits = chunkLimits(options)
  const { text } = document
  const packer = new ChunkPacker(text, limits)
  let ordinal = 0
  const draft = (chunk: PackedChunk): ChunkDraft => {
    const { start, end, page } = chunk
    ordinal += 1
    return {
      ordinal: ordinal - 1,
      start,
      end,
      text: text.slice(start, end),
      headings: headingsOf(chunk),
      page,
    }
  }
  for (const section of sections(document)) {
    const pieces = piecesOf(text, section, limits)
    const { ahead, cost } = firstPieces(pieces, limits)
    packer.enter(section, cost)
    for (const piece of ahead) packer.add(piece, section)
    for (const piece of pieces) {
      packer.add(piece, section)
      for (const chunk of packer.takeComplete()) yield draft(chunk)
    }
    for (const chunk of packer.takeComplete()) yield draft(chunk)
  }
  for (const chunk of packer.finish()) yield draft(chunk)
}

/** As chunksOf, all at once. @throws RangeError for limits under which no text could be cut */
export function chunkDocument(document: ParsedDocument, options: ChunkOptions = {}): ChunkDraft[] {
  return [...chunksOf(document, options)]
}
