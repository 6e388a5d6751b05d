import { frontMatter } from './front-matter.ts'
import { headingText } from './heading-text.ts'
import { markdownBlocks } from './markdown-blocks.ts'
import type { Block, ParsedDocument } from './parsed-document.ts'

/** The title is the front matter's, else the first heading of level 1. Front matter is a block of code. */
export function parseMarkdown(text: string): ParsedDocument {
  const matter = frontMatter(text)
  const blocks = markdownBlocks(text, matter ? matter.end + 1 : 0).map(
    (block): Block =>
      block.kind === 'heading' ? { ...block, words: headingText(text.slice(block.start, block.end)) } : block,
  )
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1)
  return {
    text,
    title: matter?.title ?? (heading?.words || null),
    blocks: matter ? [{ kind: 'code', start: 0, end: matter.end }, ...blocks] : blocks,
  }
}
