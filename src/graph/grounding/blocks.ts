/** What a block of Markdown or plain text is. Markup is what a reader does not read: rules, `///`, `{* … *}`. */
export type BlockKind = 'prose' | 'item' | 'row' | 'heading' | 'code' | 'markup'
export type Block = { readonly kind: BlockKind; readonly start: number; readonly end: number }

type Line = Block & { readonly text: string }

const fenceOpen = /^ {0,3}(`{3,}|~{3,})/
const heading = /^ {0,3}#{1,6}(?:\s|$)/
const item = /^\s*(?:[-*+•‣▪◦·–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S/
const row = /^\s*\|.*\|\s*$/
const rowRule = /^[\s:|-]*$/
const underline = /^ {0,3}(?:=+|-{2,})\s*$/
const markup =
  /^\s*(?:\/{3,}.*|:{3,}.*|!!!\s.*|\?\?\?\+?\s.*|\{[*%].*[*%]\}|<!--.*-->|<\/?[a-zA-Z][^<>]*>|>\s*\[![A-Z]+\]|\[\^?[^\]]{1,100}\]:\s.*|[-*_=\s]{3,})\s*$/
const lowerStart = /^\s*\p{Ll}/u
/** Scripts that end no sentence with a mark: there a new line is all there is to go by. */
const unmarkedScript = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu

/** The blocks of a text in order; between them is only white space. */
export function blocksOf(text: string): Block[] {
  const lines = linesOf(text)
  const blocks: Block[] = []
  let paragraph: Line[] = []
  const flush = () => {
    blocks.push(...unwrap(paragraph))
    paragraph = []
  }
  for (const line of lines) {
    if (line.text.trim() === '') {
      flush()
      continue
    }
    const only = paragraph.length === 1 ? paragraph[0] : undefined
    if (only?.kind === 'prose' && underline.test(line.text)) {
      blocks.push({ kind: 'heading', start: only.start, end: line.end })
      paragraph = []
      continue
    }
    if (line.kind === 'prose') {
      paragraph.push(line)
      continue
    }
    flush()
    // An item takes up the lines that continue it, as a paragraph does.
    if (line.kind === 'item') paragraph.push(line)
    else blocks.push({ kind: line.kind, start: line.start, end: line.end })
  }
  flush()
  return blocks
}

/** Lines with their kind; a fenced block counts as one line. */
function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let fence: { mark: string; start: number } | undefined
  for (const match of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const start = match.index
    const content = match[0].replace(/\r?\n$/, '')
    const end = start + content.length
    if (fence !== undefined) {
      const closes = content.trim().startsWith(fence.mark) && /^\s*[`~]+\s*$/.test(content)
      if (closes || start >= text.length) {
        lines.push({ kind: 'code', start: fence.start, end, text: text.slice(fence.start, end) })
        fence = undefined
      }
      continue
    }
    const mark = fenceOpen.exec(content)?.[1]
    if (mark !== undefined) fence = { mark, start }
    else lines.push({ kind: kindOf(content), start, end, text: content })
  }
  return lines
}

function kindOf(line: string): BlockKind {
  if (heading.test(line)) return 'heading'
  if (line.includes('|') && line.includes('--') && rowRule.test(line)) return 'markup'
  if (row.test(line)) return 'row'
  // "---" below a line is an underline; that is decided where the line above is known.
  if (underline.test(line)) return 'prose'
  if (markup.test(line)) return 'markup'
  return item.test(line) ? 'item' : 'prose'
}

/**
 * Joins lines that a page's width broke and keeps those apart that the author ended. A line was broken by the
 * width if the next goes on in lower case, or if it is about as long as its paragraph is wide (PDF text).
 */
function unwrap(lines: readonly Line[]): Block[] {
  const blocks: Block[] = []
  const widest = Math.max(0, ...lines.map((line) => width(line.text)))
  let open: { kind: BlockKind; start: number; end: number } | undefined
  let previous: Line | undefined
  for (const line of lines) {
    if (open !== undefined && previous !== undefined && continues(previous, line, widest)) open.end = line.end
    else {
      if (open !== undefined) blocks.push(open)
      open = { kind: underline.test(line.text) ? 'markup' : line.kind, start: line.start, end: line.end }
    }
    previous = line
  }
  if (open !== undefined) blocks.push(open)
  return blocks
}

function continues(line: Line, next: Line, widest: number): boolean {
  if (underline.test(next.text) || underline.test(line.text)) return false
  if (lowerStart.test(next.text)) return true
  if (unmarkedScript.test(line.text)) return false
  const w = width(line.text)
  return w >= 45 && widest <= 140 && w >= 0.75 * widest
}

function width(line: string): number {
  return line.length + (line.match(wide)?.length ?? 0)
}
