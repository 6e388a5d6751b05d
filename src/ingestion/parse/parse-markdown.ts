import { frontMatter } from './front-matter.ts'
import { headingText } from './heading-text.ts'
import { markdownBlocks } from './markdown-blocks.ts'
import type { ParsedDocument } from './parsed-document.ts'

/** The title is the front matter's, else the first heading of level 1. Front matter is a block of code. */
export function parseMarkdown(text: string): ParsedDocument {
  const matter = frontMatter(text)
  const blocks = markdownBlocks(text, matter ? matter.end + 1 : 0)
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1)
  const title = matter?.title ?? (heading ? headingText(text.slice(heading.start, heading.end)) : null)
  return {
    text,
    title: title || null,
    blocks: matter ? [{ kind: 'code', start: 0, end: matter.end }, ...blocks] : blocks,
  }
}
