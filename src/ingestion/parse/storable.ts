import type { Block, ParsedDocument } from './parsed-document.ts'

function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}

function* storableBlocks(blocks: Iterable<Block>): Generator<Block> {
  for (const block of blocks) {
    yield block.words === undefined ? block : { ...block, words: storableText(block.words) }
  }
}

/**
 * The document with U+FFFD for what PostgreSQL cannot store and formats can carry as escapes: U+0000 and lone
 * surrogates. One unit becomes one unit, so that the offsets of the blocks hold.
 */
export function storable({ text, title, blocks }: ParsedDocument): ParsedDocument {
  return {
    text: storableText(text),
    title: title === null ? null : storableText(title),
    blocks: { [Symbol.iterator]: () => storableBlocks(blocks) },
  }
}
