import { FailureCode, FailureError } from '../../failure.ts'
import { decodeText } from './decode-text.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { parsePlainText } from './parse-plain-text.ts'
import type { ParsedDocument } from './parsed-document.ts'
import { mediaType } from './sniff-type.ts'

/** Formats with a parser of their own; every other text type is read as plain text. */
const PARSERS: Readonly<Record<string, (text: string) => ParsedDocument>> = {
  'text/markdown': parseMarkdown,
  'text/x-markdown': parseMarkdown,
}

/**
 * Reads a source's text and structure. Offsets are in UTF-16 code units of the result's text.
 *
 * @throws FailureError UNSUPPORTED_TYPE where `mimeType` (its parameters do not count) is not text, UNREADABLE for
 * bytes that are not UTF-8 or hold a NUL character, EMPTY for nothing but white space.
 */
export function parseSource(bytes: Uint8Array, mimeType: string): ParsedDocument {
  const type = mediaType(mimeType)
  if (!type.startsWith('text/')) {
    throw new FailureError(
      FailureCode.UnsupportedType,
      `Documents of type ${type || '(none)'} cannot be read.`,
    )
  }
  const parse = PARSERS[type] ?? parsePlainText
  return parse(decodeText(bytes))
}
