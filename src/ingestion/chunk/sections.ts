import type { Block, ParsedDocument } from '../parse/parsed-document.ts'

/** A heading and what stands below it up to the next one; or what stands before the first. */
export interface Section {
  /** The heading's own; 0 before the first heading. */
  readonly level: number
  /** The words of its heading and of those above it, outermost first. */
  readonly path: readonly string[]
  readonly blocks: Block[]
}

/** The document's blocks, and as paragraphs whatever lies between them. */
function* allBlocks({ text, blocks }: ParsedDocument): Generator<Block> {
  let at = 0
  for (const block of blocks) {
    if (text.slice(at, block.start).trim() !== '') yield { kind: 'paragraph', start: at, end: block.start }
    yield block
    at = block.end
  }
  if (text.slice(at).trim() !== '') yield { kind: 'paragraph', start: at, end: text.length }
}

function wordsOf(text: string, { words, start, end }: Block): string {
  return words ?? text.slice(start, end).replace(/\s+/g, ' ').trim()
}

/** The sections of a document in order, the one before the first heading only if it has any text. */
export function* sections(document: ParsedDocument): Generator<Section> {
  const above: { level: number; words: string }[] = []
  let section: Section = { level: 0, path: [], blocks: [] }
  for (const block of allBlocks(document)) {
    if (block.kind === 'heading') {
      if (section.blocks.length > 0) yield section
      const level = block.level ?? 1
      while ((above.at(-1)?.level ?? 0) >= level) above.pop()
      above.push({ level, words: wordsOf(document.text, block) })
      const path = above.map(({ words }) => words).filter((words) => words !== '')
      section = { level, path, blocks: [] }
    }
    section.blocks.push(block)
  }
  if (section.blocks.length > 0) yield section
}
