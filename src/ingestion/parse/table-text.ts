import type { DocumentWriter } from './document-writer.ts'
import { LONGEST_HEADING } from './markdown-line.ts'
import { COMFORTABLE_TEXT, LONGEST_TEXT, TextTooLong } from './text-buffer.ts'

/** How the rows of a table are written. */
export interface TableStyle {
  /** Whether each row carries its headers, so that it can be understood by itself; else they are a heading above all. */
  readonly headersInRows: boolean
  readonly between: string
  /** Bytes of UTF-8 beyond which the next style is tried. */
  readonly most: number
}

/** From the one that says most to the one that is never longer than the source. */
export const TABLE_STYLES: readonly TableStyle[] = [
  { headersInRows: true, between: ' | ', most: COMFORTABLE_TEXT },
  { headersInRows: false, between: ' | ', most: COMFORTABLE_TEXT },
  { headersInRows: false, between: '\t', most: LONGEST_TEXT },
]

/** A value on one line. */
function oneLine(value: string): string {
  return value.trim().replace(/\s*\n\s*/g, ' ')
}

/** Writes a table's rows as lines, the first of which is its header. */
export class TableText {
  readonly #writer: DocumentWriter
  readonly #style: TableStyle
  readonly #most: number
  #headers: readonly string[] | null = null
  #length = 0
  /** Where the headers are a heading, values keep their places below them. */
  #keepsPlaces = false

  /** `most`: UTF-16 units of rows with headers. */
  constructor(writer: DocumentWriter, style: TableStyle, most: number) {
    this.#writer = writer
    this.#style = style
    this.#most = most
  }

  /** @throws TextTooLong */
  readonly take = (row: readonly string[]): void => {
    const cells = row.map(oneLine)
    if (this.#headers) this.#add(this.#row(cells))
    else {
      this.#headers = cells
      if (!this.#style.headersInRows) this.#addHeaders(cells)
    }
  }

  end(): void {
    if (this.#style.headersInRows && this.#length === 0) this.#add(this.#joined(this.#headers ?? []))
    this.#writer.end({ kind: 'table' })
  }

  #addHeaders(cells: readonly string[]): void {
    const line = this.#joined(cells)
    this.#keepsPlaces = line !== '' && line.length <= LONGEST_HEADING
    if (this.#keepsPlaces) this.#writer.add({ kind: 'heading', level: 1 }, line)
    else this.#add(line)
  }

  #joined(cells: readonly string[]): string {
    return cells.filter((cell) => cell !== '').join(this.#style.between)
  }

  #row(cells: readonly string[]): string {
    const { headersInRows, between } = this.#style
    if (this.#keepsPlaces) return cells.join(between).trimEnd()
    if (!headersInRows) return this.#joined(cells)
    const headers = this.#headers ?? []
    return this.#joined(cells.map((cell, at) => (cell && headers[at] ? `${headers[at]}: ${cell}` : cell)))
  }

  #add(line: string): void {
    if (line === '') return
    this.#writer.addLine(line)
    this.#length += line.length
    if (this.#style.headersInRows && this.#length > this.#most) throw new TextTooLong()
  }
}
