import { LONGEST_HEADING } from '../markdown-line.ts'
import { BLOCKS, isBoilerplate, isHidden, isLineNumbers, mainPart, UNSEEN } from './elements.ts'
import { InlineText } from './inline-text.ts'
import { type MarkupElement, type MarkupVisitor, visitMarkup } from './markup.ts'
import type { PageBlock } from './page-block.ts'

interface List {
  readonly node: MarkupElement
  readonly ordered: boolean
  number: number
}

/** A table of data, row by row. */
interface Table {
  readonly node: MarkupElement
  readonly rows: string[]
  readonly row: string[]
  links: number
}

const DEEPEST_INDENTATION = 6
/** The sign beside a heading or footnote that links to it. */
const PERMALINK = /^\s*(?:¶|#|§|🔗|↑|↩)\ufe0e?\ufe0f?\s*$/u

/** Collects the blocks of a page in one walk over its markup. */
class PageWalker implements MarkupVisitor {
  readonly blocks: PageBlock[] = []
  readonly #layoutTables: ReadonlySet<number>
  readonly #inline = new InlineText()
  readonly #lists: List[] = []
  readonly #parts: { node: MarkupElement; kind: 'main' | 'article' }[] = []
  readonly #boilerplate: MarkupElement[] = []
  readonly #forms: { node: MarkupElement; from: number }[] = []
  readonly #showHidden: boolean
  #marker = ''
  /** The list block that the next item may join. */
  #openList: { block: PageBlock; outermost: MarkupElement } | null = null
  #table: Table | null = null
  #pre: MarkupElement | null = null
  #linkDepth = 0

  constructor(layoutTables: ReadonlySet<number>, { showHidden }: { showHidden: boolean }) {
    this.#layoutTables = layoutTables
    this.#showHidden = showHidden
  }

  text(data: string): void {
    this.#inline.add(data, this.#linkDepth > 0)
  }

  /** @returns whether its content is to be walked */
  enter(element: MarkupElement): boolean {
    const { tagName } = element
    if (UNSEEN.has(tagName) || isLineNumbers(element)) return false
    if (!this.#showHidden && isHidden(element)) return false
    if (tagName === 'A' && element.getAttribute('href') !== null) {
      this.#linkDepth += 1
      this.#inline.mark()
    }
    if (tagName === 'BR') this.#break()
    if (BLOCKS.has(tagName)) this.#enterBlock(element, tagName)
    return true
  }

  leave(element: MarkupElement): void {
    const { tagName } = element
    if (tagName === 'A' && element.getAttribute('href') !== null) {
      this.#linkDepth -= 1
      this.#inline.dropFromMark(PERMALINK)
    }
    if (BLOCKS.has(tagName)) this.#leaveBlock(element, tagName)
  }

  finish(): readonly PageBlock[] {
    this.#flush()
    return this.blocks
  }

  #break(): void {
    if (this.#table && !this.#pre) this.#inline.part()
    else this.#inline.breakLine()
  }

  #enterBlock(element: MarkupElement, tagName: string): void {
    if (this.#table || this.#pre) {
      this.#inline.part()
    } else {
      this.#flush()
      const part = mainPart(element)
      if (isBoilerplate(element, this.#parts.length > 0)) this.#boilerplate.push(element)
      if (part) this.#parts.push({ node: element, kind: part })
      if (tagName === 'FORM') this.#forms.push({ node: element, from: this.blocks.length })
      if (tagName === 'UL' || tagName === 'OL' || tagName === 'MENU') this.#enterList(element, tagName)
      if (tagName === 'LI') this.#enterItem()
      if (tagName === 'TABLE' && !this.#layoutTables.has(element.at)) this.#beginTable(element)
      if (tagName === 'PRE') {
        this.#pre = element
        this.#inline.begin({ verbatim: true })
      }
    }
  }

  #leaveBlock(element: MarkupElement, tagName: string): void {
    if (this.#pre === element) {
      this.#pre = null
      this.#flush('code')
    } else if (this.#pre) {
      this.#inline.part()
    } else if (this.#table) {
      this.#leaveInTable(this.#table, element, tagName)
    } else {
      const level = /^H([1-6])$/.exec(tagName)?.[1]
      if (level) this.#flush('heading', Number(level))
      else this.#flush()
      if (this.#boilerplate.at(-1) === element) this.#boilerplate.pop()
      if (this.#parts.at(-1)?.node === element) this.#parts.pop()
      if (this.#lists.at(-1)?.node === element) this.#lists.pop()
      if (tagName === 'LI') this.#marker = ''
      if (this.#forms.at(-1)?.node === element) this.#leaveForm()
    }
  }

  #enterList(node: MarkupElement, tagName: string): void {
    this.#lists.push({ node, ordered: tagName === 'OL', number: 0 })
  }

  #enterItem(): void {
    const list = this.#lists.at(-1)
    if (!list) return
    list.number += 1
    this.#marker = list.ordered ? `${list.number}. ` : '- '
  }

  #beginTable(node: MarkupElement): void {
    this.#table = { node, rows: [], row: [], links: 0 }
  }

  #leaveInTable(table: Table, element: MarkupElement, tagName: string): void {
    if (tagName === 'TD' || tagName === 'TH') {
      const { text, links } = this.#inline.take()
      table.row.push(text.replaceAll('\n', ' '))
      table.links += links
    } else if (tagName === 'TR' || element === table.node) {
      // What stands in a row without a cell, or in a table without a row.
      const { text, links } = this.#inline.take()
      table.links += links
      if (text) table.row.push(text.replaceAll('\n', ' '))
      if (table.row.some((cell) => cell !== '')) table.rows.push(table.row.join(' | ').trim())
      table.row.length = 0
    } else if (tagName === 'CAPTION') {
      const { text, links } = this.#inline.take()
      if (text) this.#push('paragraph', [text], links)
    } else {
      this.#inline.part()
    }
    if (element === table.node) {
      this.#table = null
      // A copy has no room for more: half of the memory of a page of small tables.
      if (table.rows.length > 0) this.#push('table', table.rows.slice(), table.links)
    }
  }

  /** A form of nothing but labels is no content; one around a whole page is left alone. */
  #leaveForm(): void {
    const inside = this.blocks.slice(this.#forms.pop()?.from ?? 0)
    const length = inside.reduce((sum, block) => sum + block.length, 0)
    const holdsContent = length > 300 || inside.some(({ kind }) => kind === 'table' || kind === 'code')
    if (!holdsContent) for (const block of inside) block.boilerplate = true
  }

  #flush(kind: 'paragraph' | 'heading' | 'code' = 'paragraph', level?: number): void {
    const { text, links } = this.#inline.take()
    if (text.trim() === '') return
    if (kind === 'code') this.#push('code', [text], links)
    else if (level && text.length <= LONGEST_HEADING) {
      this.#push('heading', [text.replace(/\s*\n\s*/g, ' ')], links, level)
    } else if (this.#lists.length > 0) this.#pushItem(text, links)
    else this.#push('paragraph', [text], links)
  }

  #pushItem(text: string, links: number): void {
    const outermost = this.#lists[0]?.node
    const depth = Math.min(this.#lists.length - 1, DEEPEST_INDENTATION)
    const indentation = '  '.repeat(depth)
    const begun = this.#marker ? this.#marker : '  '
    this.#marker = ''
    const line = `${indentation}${begun}${text.replaceAll('\n', `\n${indentation}  `)}`
    const open = this.#openList
    if (open && open.outermost === outermost && open.block === this.blocks.at(-1)) {
      open.block.lines.push(line)
      open.block.length += line.length
      open.block.links += links
    } else if (outermost) {
      this.#openList = { block: this.#push('list', [line], links), outermost }
    }
  }

  #push(kind: PageBlock['kind'], lines: string[], links: number, level?: number): PageBlock {
    const block: PageBlock = {
      kind,
      lines,
      length: lines.reduce((sum, line) => sum + line.length, 0),
      links,
      part: this.#parts.some(({ kind }) => kind === 'main') ? 'main' : (this.#parts[0]?.kind ?? null),
      boilerplate: this.#boilerplate.length > 0,
      ...(level && { level }),
    }
    this.blocks.push(block)
    return block
  }
}

/** The blocks of a page in order, boilerplate included; what is hidden only on demand. Linear time, no recursion. */
export function walkPage(
  html: string,
  layoutTables: ReadonlySet<number>,
  options: { showHidden: boolean },
): readonly PageBlock[] {
  const walker = new PageWalker(layoutTables, options)
  visitMarkup(html, walker)
  return walker.finish()
}
