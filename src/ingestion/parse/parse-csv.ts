import { CsvError, parse } from 'csv-parse/sync'
import { FailureCode, FailureError } from '../../failure.ts'
import { csvDelimiter } from './csv-dialect.ts'
import { DocumentWriter } from './document-writer.ts'
import type { ParsedDocument } from './parsed-document.ts'

/** Headers stand in each row: where they make the text more than this often as long, rows go without them. */
const MOST_GROWTH = 8
/** Below this a text may grow as it likes. */
const SMALL = 1_000_000

function records(text: string, delimiter: string): string[][] {
  const options = {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  } as const
  try {
    return parse(text, options)
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    // A quote that is never closed, as in measures in inches: quotes are characters like others then.
    try {
      return parse(text, { ...options, quote: false })
    } catch (again) {
      if (!(again instanceof CsvError)) throw again
      throw new FailureError(FailureCode.Unreadable, `The table cannot be read: ${again.message}.`, {
        cause: again,
      })
    }
  }
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

/** How long the rows become with their headers, in UTF-16 units. */
function grownLength(headers: readonly string[], rows: readonly (readonly string[])[]): number {
  let length = 0
  for (const row of rows) {
    for (const [index, value] of row.entries()) {
      if (value !== '') length += value.length + (headers[index]?.length ?? 0) + 5
    }
  }
  return length
}

/**
 * A table whose first row is its header. Each row becomes one line that can be understood by itself:
 * "name: Ada | born: 1815". Empty values are left out; rows may be longer or shorter than the header.
 *
 * @throws FailureError UNREADABLE
 */
export function parseCsv(text: string, delimiter: string = csvDelimiter(text)): ParsedDocument {
  const [first = [], ...rows] = records(text, delimiter)
  const headers = first.map(oneLine)
  const fits = grownLength(headers, rows) <= Math.max(SMALL, text.length * MOST_GROWTH)
  const isHeadless = rows.length === 0 || !fits
  const lines = isHeadless
    ? [first, ...rows].map((row) => pairs([], row))
    : rows.map((row) => pairs(headers, row))
  const writer = new DocumentWriter()
  writer.add({ kind: 'table' }, lines.filter((line) => line !== '').join('\n'))
  return { text: writer.text(), title: null, blocks: writer.blocks }
}
