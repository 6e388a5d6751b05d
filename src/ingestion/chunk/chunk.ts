import type { ParsedDocument } from '../parse/parsed-document.ts'
import { ChunkPacker, type PackedChunk } from './chunk-packer.ts'
import { type ChunkOptions, chunkLimits } from './limits.ts'
import { sections } from './sections.ts'
import { splitBlock } from './split-block.ts'

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
  const withBody = sections.filter(({ level, blocks }) => level > 0 && blocks.length > 1)
  const paths = withBody.map(({ path }) => path)
  return paths.length > 0 ? paths.reduce(commonStart) : (sections.at(-1)?.path ?? [])
}

/**
 * Cuts a document into passages of about `targetTokens`, at most `maxTokens` (as estimateTokens counts): at headings
 * first, then between blocks, then between sentences (lines, in code, tables and lists), then at white space, and in
 * the last resort between two graphemes.
 *
 * Every character that is not white space lies in at least one chunk; a sentence may lie in two, where a long
 * paragraph was divided. Time and memory are linear in the text.
 */
export function chunkDocument(document: ParsedDocument, options: ChunkOptions = {}): ChunkDraft[] {
  const limits = chunkLimits(options)
  const { text } = document
  const packer = new ChunkPacker(text, limits)
  for (const section of sections(document)) {
    const pieces = section.blocks.flatMap((block) => splitBlock(text, block, limits))
    const cost = pieces.reduce((sum, piece) => sum + piece.cost, 0)
    packer.enter(section, cost)
    for (const piece of pieces) packer.add(piece, section)
  }
  return packer.finish().map((chunk, ordinal) => ({
    ordinal,
    start: chunk.start,
    end: chunk.end,
    text: text.slice(chunk.start, chunk.end),
    headings: headingsOf(chunk),
    page: chunk.page,
  }))
}
