import { CsvError, parse } from 'csv-parse/sync'
import { FailureCode, FailureError } from '../../failure.ts'
import { csvDelimiter } from './csv-dialect.ts'
import { DocumentWriter } from './document-writer.ts'
import type { ParsedDocument } from './parsed-document.ts'

/** Headers stand in each row: where they make the text more than this often as long, rows go without them. */
const MOST_GROWTH = 8
/** Below this a text may grow as it likes. */
const SMALL = 1_000_000

/** Calls `take` for each row. @throws CsvError for a quote that is never closed */
function forEachRow(
  text: string,
  delimiter: string,
  quote: '"' | false,
  take: (row: string[]) => void,
): void {
  parse(text, {
    delimiter,
    quote,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Rows that are kept as arrays take ten times the memory of the text.
    on_record: (row: string[]) => {
      take(row)
      return null
    },
  })
}

/** A value on one line. */
function oneLine(value: string): string {
  return value.trim().replace(/\s*\n\s*/g, ' ')
}

function pairs(headers: readonly string[], row: readonly string[]): string {
  const cells: string[] = []
  for (const [index, value] of row.entries()) {
    const cell = oneLine(value)
    if (cell === '') continue
    const header = headers[index]
    cells.push(header ? `${header}: ${cell}` : cell)
  }
  return cells.join(' | ')
}

/** A table's rows as lines, with their headers or without. */
class TableText {
  readonly #lines: string[] = []
  readonly #withHeaders: boolean
  readonly #most: number
  #headers: string[] | null = null
  #length = 0

  /** `most`: UTF-16 units beyond which it goes on without headers, and says so. */
  constructor(most: number, withHeaders: boolean) {
    this.#most = most
    this.#withHeaders = withHeaders
  }

  readonly take = (row: string[]): void => {
    if (this.#withHeaders && !this.#headers) this.#headers = row.map(oneLine)
    else if (!this.isTooLong) this.#add(pairs(this.#headers ?? [], row))
  }

  get isTooLong(): boolean {
    return this.#withHeaders && this.#length > this.#most
  }

  text(): string {
    if (this.#lines.length === 0) this.#add(pairs([], this.#headers ?? []))
    return this.#lines.join('\n')
  }

  #add(line: string): void {
    if (line === '') return
    this.#lines.push(line)
    this.#length += line.length
  }
}

function tableText(text: string, delimiter: string, quote: '"' | false): string {
  const most = Math.max(SMALL, text.length * MOST_GROWTH)
  const table = new TableText(most, true)
  forEachRow(text, delimiter, quote, table.take)
  if (!table.isTooLong) return table.text()
  const plain = new TableText(most, false)
  forEachRow(text, delimiter, quote, plain.take)
  return plain.text()
}

/**
 * A table whose first row is its header. Each row becomes one line that can be understood by itself:
 * "name: Ada | born: 1815". Empty values are left out; rows may be longer or shorter than the header.
 *
 * @throws FailureError UNREADABLE
 */
export function parseCsv(text: string, delimiter: string = csvDelimiter(text)): ParsedDocument {
  const writer = new DocumentWriter()
  writer.add({ kind: 'table' }, readTable(text, delimiter))
  return { text: writer.text(), title: null, blocks: writer.blocks }
}

function readTable(text: string, delimiter: string): string {
  try {
    return tableText(text, delimiter, '"')
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
  }
  // A quote that is never closed, as in measures in inches: quotes are characters like others then.
  try {
    return tableText(text, delimiter, false)
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new FailureError(FailureCode.Unreadable, `The table cannot be read: ${cause.message}.`, { cause })
  }
}
