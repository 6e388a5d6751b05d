import type { TextLine } from './parse-pdf-lines.ts'
import type { TextSizes } from './parse-pdf-sizes.ts'

export interface Paragraph {
  readonly kind: 'heading' | 'paragraph' | 'table'
  /** Of a heading, 1 to 6. */
  readonly level: number
  readonly lines: readonly TextLine[]
}

/** In sizes of the font. */
const INDENT = 0.7
const DEEPEST_INDENT = 6
const MOST_HEADING_LINES = 4

const BULLET = /^[•‣▪▫●○◦■□➢➤✓✔☐☒*–—-]\s/
const ENUMERATOR = /^(?:\d{1,3}|\p{L})[.)]\s|^\((?:\d{1,3}|\p{L})\)\s/u
/** The dots that lead to a page's number. */
const LEADER = /(?:\.{4}|(?:\. ){3}\.)[. ]*\S{1,8}$/
const PAGE_NUMBER = /\s(?:\d{1,4}|[ivxlc]{1,6})$/
/** A sentence or part of a list that has come to its end. */
const ENDED = /[.!?:;。！？؟]["'”’»)\]]{0,3}$/

/** Lines as paragraphs, headings and tables, by their distances, indentation and sizes. */
export function paragraphs(lines: readonly TextLine[], sizes: TextSizes): readonly Paragraph[] {
  const result: Paragraph[] = []
  let open: TextLine[] = []
  const close = () => {
    if (open.length > 0) result.push(paragraphOf(open, sizes))
    open = []
  }
  for (const [index, line] of lines.entries()) {
    if (open.length > 0 && begins(open, line, lines[index + 1], sizes)) close()
    open.push(line)
  }
  close()
  return result
}

function paragraphOf(lines: readonly TextLine[], { levelOf }: TextSizes): Paragraph {
  const [first] = lines
  const level = first ? levelOf(first) : 0
  if (level > 0 && lines.length <= MOST_HEADING_LINES) return { kind: 'heading', level, lines }
  const isTable = lines.length > 1 && lines.every(({ cells }) => cells > 1)
  return { kind: isTable ? 'table' : 'paragraph', level: 0, lines }
}

/** Whether `line` begins another paragraph than that of the lines before it. */
function begins(
  open: readonly TextLine[],
  line: TextLine,
  next: TextLine | undefined,
  sizes: TextSizes,
): boolean {
  const last = open.at(-1)
  if (!last || last.angle !== line.angle) return true
  if (sizes.levelOf(last) !== sizes.levelOf(line)) return true
  if (Math.abs(last.size - line.size) > 0.12 * Math.max(last.size, line.size)) return true
  if (last.cells > 1 !== line.cells > 1) return true
  const fall = last.baseline - line.baseline
  if (last.page !== line.page || fall < 0.3 * line.size) return !flowsOn(last, line)
  if (fall > distance(open, line.size, sizes.leading)) return true
  if (line.cells > 1 || sizes.levelOf(line) > 0) return false
  return beginsByWords(last, line) || beginsByIndent(open, last, line, next)
}

/** The largest distance of baselines inside of the paragraph: that of its first two lines and a quarter more. */
function distance(open: readonly TextLine[], size: number, leading: number): number {
  const [first, second] = open
  const own = first && second && first.page === second.page ? first.baseline - second.baseline : 0
  const usual = own > 0.8 * size ? Math.min(own, 2.2 * size) : Math.max(leading, 1.1) * size
  return usual * 1.25
}

/** Into the next column or onto the next page: in the middle of a sentence. A page's number is none. */
function flowsOn(last: TextLine, line: TextLine): boolean {
  if (last.cells > 1 || line.cells > 1 || ENDED.test(last.text)) return false
  return /\p{L}.*\p{L}/u.test(last.text) && /^\p{Ll}/u.test(line.text)
}

function beginsByWords(last: TextLine, line: TextLine): boolean {
  if (BULLET.test(line.text)) return true
  return ENUMERATOR.test(line.text) && ENDED.test(last.text)
}

function beginsByIndent(
  open: readonly TextLine[],
  last: TextLine,
  line: TextLine,
  next: TextLine | undefined,
): boolean {
  const indent = (line.start - last.start) / line.size
  if (indent < -INDENT) return open.length > 1
  if (indent <= INDENT || indent > DEEPEST_INDENT) return false
  // The second line of a hanging indent is indented, too.
  if (open.length > 1) return true
  const outdented =
    next !== undefined && next.page === line.page && next.start < line.start - INDENT * line.size
  return outdented && (ENDED.test(last.text) || !isFull(last, line))
}

/** Whether a line ends where it does because the next word had no room. */
export function isFull(line: TextLine, next: TextLine): boolean {
  const width = line.end - line.start
  // Narrow lines are labels and cells, not running text.
  if (width < 10 * line.size || isEntry(line, next)) return false
  const word = /^\S+/.exec(next.text)?.[0].length ?? 0
  const perCharacter = (next.end - next.start) / Math.max(1, next.text.length)
  const right = Math.max(line.end, next.end)
  return right - line.end < (word + 1.5) * perCharacter
}

/** Of a table of contents or an index. */
function isEntry(line: TextLine, next: TextLine): boolean {
  // Of a line of dots alone, each could be the first.
  return LEADER.test(line.text.slice(-60)) || (PAGE_NUMBER.test(line.text) && PAGE_NUMBER.test(next.text))
}
