import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { CsvError, parse } from 'csv-parse'
import { FailureCode, FailureError } from '../../failure.ts'
import { csvDelimiter } from './csv-dialect.ts'
import { textPieces } from './decode-text.ts'
import { DocumentWriter, type WrittenDocument } from './document-writer.ts'
import type { SourceBytes } from './source-bytes.ts'
import { TABLE_STYLES, TableText } from './table-text.ts'
import { TextTooLong } from './text-buffer.ts'

/** Headers stand in each row: where they make the text more than this often as long, rows go without them. */
const MOST_GROWTH = 8
/** UTF-16 units. Below this a text may grow as it likes. */
const SMALL = 1_000_000

interface TableSource {
  readonly bytes: Uint8Array
  readonly delimiter: string
  /** UTF-16 units of its text. */
  readonly length: number
}

function* encodedPieces(bytes: Uint8Array): Generator<Buffer> {
  for (const piece of textPieces(bytes)) yield Buffer.from(piece, 'utf8')
}

/** Calls `take` for each row. Neither text nor rows are held. @throws CsvError for a quote that is never closed */
async function forEachRow(
  { bytes, delimiter }: TableSource,
  quote: '"' | false,
  take: (row: string[]) => void,
): Promise<void> {
  const parser = parse({
    delimiter,
    quote,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    on_record: (row: string[]) => {
      take(row)
      return null
    },
  })
  await pipeline(encodedPieces(bytes), parser)
  // Until its last tick is over, the stream holds the bytes.
  await setImmediate()
}

/** Writes the table in the first style in which it is not too long. */
async function writeTable(source: TableSource, quote: '"' | false): Promise<DocumentWriter> {
  const most = Math.max(SMALL, source.length * MOST_GROWTH)
  for (const style of TABLE_STYLES) {
    const writer = new DocumentWriter(style.most)
    const table = new TableText(writer, style, most)
    try {
      await forEachRow(source, quote, table.take)
      table.end()
      return writer
    } catch (error) {
      if (!(error instanceof TextTooLong)) throw error
    }
  }
  throw new TextTooLong()
}

async function readTable(source: TableSource): Promise<DocumentWriter> {
  try {
    return await writeTable(source, '"')
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
  }
  // A quote that is never closed, as in measures in inches: quotes are characters like others then.
  try {
    return await writeTable(source, false)
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new FailureError(FailureCode.Unreadable, `The table cannot be read: ${cause.message}.`, { cause })
  }
}

function describe(bytes: Uint8Array, given: string | undefined): TableSource {
  let delimiter = given
  let length = 0
  for (const piece of textPieces(bytes)) {
    delimiter ??= csvDelimiter(piece)
    length += piece.length
  }
  return { bytes, delimiter: delimiter ?? ',', length }
}

/**
 * A table whose first row is its header. Each row becomes one line that can be understood by itself:
 * "name: Ada | born: 1815". Empty values are left out; rows may be longer or shorter than the header. Where that makes
 * a long text (TABLE_STYLES), the header is a heading, and rows have their values only.
 *
 * @throws FailureError UNREADABLE, TOO_LARGE
 */
export async function writeCsv(source: SourceBytes, delimiter?: string): Promise<WrittenDocument> {
  return { writer: await readTable(describe(source.take(), delimiter)), title: null }
}
