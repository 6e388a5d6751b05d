import { BlockList } from './block-list.ts'
import { frontMatter } from './front-matter.ts'
import { headingText } from './heading-text.ts'
import { markdownBlocks } from './markdown-blocks.ts'
import type { ParsedDocument } from './parsed-document.ts'

/** The title is the front matter's, else the first heading of level 1. Front matter is a block of code. */
export function parseMarkdown(text: string): ParsedDocument {
  const matter = frontMatter(text)
  const blocks = new BlockList()
  let heading: string | null = null
  if (matter) blocks.add({ kind: 'code', start: 0, end: matter.end })
  markdownBlocks(text, matter ? matter.end + 1 : 0, (block) => {
    if (block.kind !== 'heading') {
      blocks.add(block)
      return
    }
    const words = headingText(text.slice(block.start, block.end))
    if (block.level === 1) heading ??= words
    blocks.add({ ...block, words })
  })
  return { text, title: matter?.title ?? (heading || null), blocks }
}
