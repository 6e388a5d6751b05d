import { isBlankLine, lineEnd } from './line.ts'
import type { Block, ParsedDocument } from './parsed-document.ts'

/** Paragraphs are what blank lines part. Plain text has no headings and so no title. */
export function parsePlainText(text: string): ParsedDocument {
  const blocks: Block[] = []
  let open: { kind: 'paragraph'; start: number; end: number } | null = null
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start)
    if (isBlankLine(text, start, end)) {
      open = null
    } else if (open) {
      open.end = end
    } else {
      open = { kind: 'paragraph', start, end }
      blocks.push(open)
    }
    start = end + 1
  }
  return { text, title: null, blocks }
}
