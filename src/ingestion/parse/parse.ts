import { FailureCode, FailureError } from '../../failure.ts'
import { decodeSource } from './decode-text.ts'
import type { WrittenDocument } from './document-writer.ts'
import { MediaType, mediaType } from './media-type.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { parsePlainText } from './parse-plain-text.ts'
import type { ParsedDocument } from './parsed-document.ts'
import type { SourceBytes } from './source-bytes.ts'
import { storable } from './storable.ts'
import { unsupportedType } from './unsupported-type.ts'

type Parser = (source: SourceBytes) => Promise<WrittenDocument | ParsedDocument>

/** Text that stays as it was written. Every text type without a parser of its own is read as plain text. */
const AS_WRITTEN: Readonly<Record<string, (text: string) => ParsedDocument>> = {
  [MediaType.Plain]: parsePlainText,
  [MediaType.Markdown]: parseMarkdown,
  'text/x-markdown': parseMarkdown,
}

/** Imported when the first document of their type comes: a worker that sees no DOCX does not load its library. */
const PARSERS: Readonly<Record<string, Parser>> = {
  [MediaType.Html]: async (source) => (await import('./html/parse-html.ts')).writeHtml(source),
  [MediaType.Pdf]: async (source) => (await import('./parse-pdf.ts')).parsePdf(source.take()),
  [MediaType.Docx]: async (source) => (await import('./parse-docx.ts')).writeDocx(source),
  [MediaType.Csv]: async (source) => (await import('./parse-csv.ts')).writeCsv(source),
  [MediaType.Tsv]: async (source) => (await import('./parse-csv.ts')).writeCsv(source, '\t'),
  [MediaType.Json]: async (source) => (await import('./parse-json.ts')).writeJson(source),
  [MediaType.JsonLines]: async (source) => (await import('./parse-json.ts')).writeJsonLines(source),
}

/** Whether there is a parser for documents of this type. */
export function isReadable(mimeType: string): boolean {
  const type = mediaType(mimeType)
  return type.startsWith('text/') || PARSERS[type] !== undefined
}

/**
 * The document of a text that stays as it was written: plain text, Markdown and text types that are unknown. Null for
 * every type with a parser that makes its own text.
 */
export function parseAsWritten(text: string, mimeType: string): ParsedDocument | null {
  const type = mediaType(mimeType)
  if (PARSERS[type] || !type.startsWith('text/')) return null
  return (AS_WRITTEN[type] ?? parsePlainText)(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'))
}

/**
 * Reads a source's text and structure. Offsets are in UTF-16 code units of the result's text, which PostgreSQL can
 * store.
 *
 * @throws FailureError UNSUPPORTED_TYPE where no parser reads `mimeType` (its parameters do not count), UNREADABLE for
 * bytes that are not of that type or are damaged, ENCRYPTED, TOO_LARGE for too much text, EMPTY where nothing but white
 * space comes out.
 */
export async function parseSource(source: SourceBytes, mimeType: string): Promise<ParsedDocument> {
  const type = mediaType(mimeType)
  const parse = PARSERS[type]
  if (!parse && !type.startsWith('text/')) {
    throw unsupportedType(type)
  }
  const read = parse ? await parse(source) : (AS_WRITTEN[type] ?? parsePlainText)(decodeSource(source))
  const parsed = 'writer' in read ? read.writer.take(read.title) : read
  if (!/\S/.test(parsed.text)) {
    const unread = parse ? ' What stands in images or is made by scripts is not read.' : ''
    throw new FailureError(FailureCode.Empty, `The source has no text.${unread}`)
  }
  return storable(parsed)
}
