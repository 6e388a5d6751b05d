import { BlockList } from './block-list.ts'
import { isBlankLine, lineEnd } from './line.ts'
import type { ParsedDocument } from './parsed-document.ts'

/** Paragraphs are what blank lines part. Plain text has no headings and so no title. */
export function parsePlainText(text: string): ParsedDocument {
  const blocks = new BlockList()
  let open: { kind: 'paragraph'; start: number; end: number } | null = null
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start)
    if (isBlankLine(text, start, end)) {
      if (open) blocks.add(open)
      open = null
    } else if (open) {
      open.end = end
    } else {
      open = { kind: 'paragraph', start, end }
    }
    start = end + 1
  }
  if (open) blocks.add(open)
  return { text, title: null, blocks }
}
