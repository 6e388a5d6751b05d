import { isBlankLine, lineEnd } from './line.ts'
import {
  closesFence,
  LONGEST_HEADING,
  LONGEST_MARKUP,
  type MarkdownLine,
  markdownLine,
} from './markdown-line.ts'
import type { Block } from './parsed-document.ts'

interface OpenBlock {
  kind: Block['kind']
  start: number
  end: number
  level?: number
}

class MarkdownScanner {
  readonly #text: string
  readonly #done: (block: Block) => void
  /** The one that began last, which later lines may still change. */
  #last: OpenBlock | null = null
  /** The block that the next line may go on with. */
  #open: OpenBlock | null = null
  #fence = ''
  #afterBlank = false
  #previousLine = 0
  #commentsEnd = true

  constructor(text: string, done: (block: Block) => void) {
    this.#text = text
    this.#done = done
  }

  #begin(kind: Block['kind'], start: number, end: number): OpenBlock {
    this.finish()
    const block = { kind, start, end }
    this.#last = block
    this.#open = block
    return block
  }

  finish(): void {
    if (this.#last) this.#done(this.#last)
    this.#last = null
  }

  /** Takes the line [start, end); returns the end of what it took, which a comment moves to later lines. */
  take(start: number, end: number): number {
    let taken = end
    if (this.#fence && this.#open) {
      this.#open.end = end
      if (closesFence(this.#text.slice(start, Math.min(end, start + LONGEST_MARKUP)), this.#fence))
        this.#close()
    } else if (isBlankLine(this.#text, start, end)) {
      // A list goes on after a blank line if what follows is an item or indented.
      if (this.#open?.kind !== 'list') this.#close()
      this.#afterBlank = true
    } else {
      const head = this.#text.slice(start, Math.min(end, start + LONGEST_MARKUP))
      taken = this.#takeMarkup(markdownLine(head, end - start > LONGEST_MARKUP), start, end)
      this.#afterBlank = false
    }
    this.#previousLine = start
    return taken
  }

  #close(): void {
    this.#open = null
    this.#fence = ''
  }

  #takeMarkup(line: MarkdownLine, start: number, end: number): number {
    const open = this.#open
    const paragraph = open?.kind === 'paragraph' ? open : null
    if (line.is === 'fence') {
      this.#begin('code', start, end)
      this.#fence = line.fence
    } else if (line.is === 'atx') {
      this.#begin('heading', start, end).level = line.level
      this.#close()
    } else if (line.is === 'comment') {
      return this.#takeComment(start, end)
    } else if (line.is === 'underline' && paragraph && this.#isOneLine(paragraph, end)) {
      Object.assign(paragraph, { kind: 'heading', end, level: line.level })
      this.#close()
    } else if (line.is === 'delimiter row' && paragraph && this.#previousRow(start).includes('|')) {
      this.#beginTable(paragraph, end)
    } else if (line.is === 'rule' || (line.is === 'underline' && !open)) {
      this.#begin('paragraph', start, end)
      this.#close()
    } else if (line.is === 'list item' && open?.kind !== 'list') {
      this.#begin('list', start, end)
    } else if (open && (open.kind !== 'list' || !this.#afterBlank || this.#continuesList(line))) {
      open.end = end
    } else {
      this.#begin('paragraph', start, end)
    }
    return end
  }

  #continuesList(line: MarkdownLine): boolean {
    return line.is === 'list item' || line.is === 'indented'
  }

  /** A longer paragraph above a row of hyphens is more often prose above a rule than a heading. */
  #isOneLine(paragraph: OpenBlock, underlineEnd: number): boolean {
    return paragraph.start === this.#previousLine && underlineEnd - paragraph.start <= LONGEST_HEADING
  }

  #previousRow(start: number): string {
    return this.#text.slice(this.#previousLine, start)
  }

  /** The row above the delimiter row is the table's head; what stood before it stays a paragraph. */
  #beginTable(paragraph: OpenBlock, end: number): void {
    if (paragraph.start === this.#previousLine) {
      Object.assign(paragraph, { kind: 'table', end })
    } else {
      paragraph.end = this.#previousLine - 1
      this.#begin('table', this.#previousLine, end)
    }
  }

  #takeComment(start: number, end: number): number {
    const close = this.#commentsEnd ? this.#text.indexOf('-->', start) : -1
    // Asked again for each of many comments without an end, it would be quadratic.
    this.#commentsEnd = close >= 0
    const taken = close < 0 ? end : lineEnd(this.#text, close)
    this.#begin('paragraph', start, taken)
    if (close >= 0) this.#close()
    return taken
  }
}

/**
 * Tells the blocks of a Markdown text from `from`, a line's start, in order. A scanner of lines, not a parser: it finds where headings,
 * code, tables and lists are, which is what cutting into chunks needs. What it does not know (admonitions, HTML,
 * quotes) is a paragraph. Linear time.
 */
export function markdownBlocks(text: string, from: number, done: (block: Block) => void): void {
  const scanner = new MarkdownScanner(text, done)
  for (let start = from; start < text.length; ) {
    start = scanner.take(start, lineEnd(text, start)) + 1
  }
  scanner.finish()
}
