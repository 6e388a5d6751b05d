import { FailureCode, FailureError } from '../../failure.ts'
import { decodeSource } from './decode-text.ts'
import { DocumentWriter, type WrittenDocument } from './document-writer.ts'
import { JsonSyntaxError, readJson } from './json-reader.ts'
import { JsonText } from './json-text.ts'
import { lineEnd } from './line.ts'
import type { SourceBytes } from './source-bytes.ts'
import { COMFORTABLE_TEXT, LONGEST_TEXT, TextTooLong } from './text-buffer.ts'

function lineNumber(text: string, at: number): number {
  let line = 1
  for (let feed = text.indexOf('\n'); feed >= 0 && feed < at; feed = text.indexOf('\n', feed + 1)) line += 1
  return line
}

function unreadable(text: string, error: JsonSyntaxError): FailureError {
  const line = lineNumber(text, error.at)
  return new FailureError(FailureCode.Unreadable, `The JSON is broken in line ${line}: ${error.message}.`, {
    cause: error,
  })
}

/** How much is written, and how. */
interface Manner {
  /** Bytes of UTF-8. */
  readonly most: number
  readonly shortPaths: boolean
}

/** With whole paths, unless that makes the text too long. */
function written(write: (manner: Manner) => WrittenDocument): WrittenDocument {
  try {
    return write({ most: COMFORTABLE_TEXT, shortPaths: false })
  } catch (error) {
    if (!(error instanceof TextTooLong)) throw error
    return write({ most: LONGEST_TEXT, shortPaths: true })
  }
}

/**
 * A JSON value as lines "path: value", record by record (JsonText). Several values after each other are read as JSON
 * Lines.
 *
 * @throws FailureError UNREADABLE with the line that is broken, TOO_LARGE
 */
export function writeJson(source: SourceBytes): WrittenDocument {
  const text = decodeSource(source)
  return written((manner) => writeValue(text, manner))
}

function writeValue(text: string, manner: Manner): WrittenDocument {
  const writer = new DocumentWriter(manner.most)
  const visitor = new JsonText(writer, manner)
  try {
    const end = readJson(text, 0, visitor)
    if (end < text.length) {
      if (text.trimStart().includes('\n')) return writeRecords(text, manner)
      throw new JsonSyntaxError('The end of the document is expected', end, false)
    }
  } catch (error) {
    throw error instanceof JsonSyntaxError ? unreadable(text, error) : error
  }
  visitor.flush()
  const { title, name } = visitor.names
  return { writer, title: (title ?? name)?.trim() || null }
}

/** Writes a line's record. @returns what is wrong where it is none, with nothing written */
function writeRecord(writer: DocumentWriter, line: string, { shortPaths }: Manner): JsonSyntaxError | null {
  const visitor = new JsonText(writer, { shortPaths, isRecord: true })
  try {
    const end = readJson(line, 0, visitor)
    if (end < line.length) return new JsonSyntaxError('The end of the line is expected', end, false)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error
    throw error
  }
  visitor.flush()
  return null
}

/**
 * JSON Lines: each line a record and a block. A line that is no JSON is kept as it is written, unless most are: then
 * it is another format, or a damaged file.
 *
 * @throws FailureError UNREADABLE with the first line that is broken, TOO_LARGE
 */
export function writeJsonLines(source: SourceBytes): WrittenDocument {
  const text = decodeSource(source)
  return written((manner) => writeRecords(text, manner))
}

function writeRecords(text: string, manner: Manner): WrittenDocument {
  const writer = new DocumentWriter(manner.most)
  let lines = 0
  let broken = 0
  let first: FailureError | null = null
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start)
    const line = text.slice(start, end).trim()
    if (line !== '') {
      lines += 1
      const error = writeRecord(writer, line, manner)
      if (error) {
        broken += 1
        const at = start + error.at
        first ??= unreadable(text, new JsonSyntaxError(error.message, at, error.isCutOff))
        writer.add({ kind: 'paragraph' }, line)
      }
    }
    start = end + 1
  }
  if (first && broken * 2 > lines) throw first
  return { writer, title: null }
}
