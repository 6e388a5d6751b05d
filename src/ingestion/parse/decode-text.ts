import { FailureCode, FailureError } from '../../failure.ts'
import type { SourceBytes } from './source-bytes.ts'
import { type TextEncoding, textEncoding } from './text-encoding.ts'

/** Bytes that are decoded at a time. */
const PIECE = 256 * 1024

/** Decoding replaces what is invalid, so encoding gives back the same bytes up to there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const replaced = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  const at = bytes.findIndex((byte, index) => byte !== replaced[index])
  return at < 0 ? bytes.length : at
}

function encodingOf(bytes: Uint8Array): TextEncoding {
  const encoding = textEncoding(bytes)
  if (encoding) return encoding
  throw new FailureError(
    FailureCode.Unreadable,
    `The source is not UTF-8: byte ${firstInvalidByte(bytes)} is invalid. Save it as UTF-8.`,
  )
}

/** `from`: UTF-16 units before the text. */
function refuseNul(text: string, from = 0): void {
  const nul = text.indexOf('\0')
  if (nul < 0) return
  throw new FailureError(
    FailureCode.Unreadable,
    `The source is not text: it has a NUL character at position ${from + nul}.`,
  )
}

function* decoded(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder(encodingOf(bytes))
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield decoder.decode(bytes.subarray(at, at + PIECE), { stream: true })
  }
  yield decoder.decode()
}

/**
 * The text of a source in pieces, as decodeText has it whole. None but the last has fewer than 40,000 UTF-16 units.
 *
 * @throws FailureError as decodeText does, perhaps after some pieces
 */
export function* textPieces(bytes: Uint8Array): Generator<string> {
  let position = 0
  /** Of a CRLF that was cut in two. */
  let carriage = ''
  for (const piece of decoded(bytes)) {
    refuseNul(piece, position)
    position += piece.length
    const whole = carriage + piece
    carriage = whole.endsWith('\r') ? '\r' : ''
    const text = carriage ? whole.slice(0, -1) : whole
    if (text !== '') yield text.replaceAll('\r\n', '\n')
  }
  if (carriage) yield carriage
}

/**
 * Text of a source in UTF-8, UTF-16 with a byte order mark, or windows-1252, without that mark and with LF for CRLF.
 *
 * @throws FailureError UNREADABLE for bytes that are no text (textEncoding) and for U+0000, which no text holds and
 * PostgreSQL cannot store.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Replaced in the whole of a long text, line ends take more than the text. In pieces, it stands in memory twice.
  if (encoding.startsWith('utf-16') || view.includes('\r\n')) return [...textPieces(bytes)].join('')
  const text = new TextDecoder(encoding).decode(bytes)
  refuseNul(text)
  return text
}

/** As decodeText. What it read is free when it returns. */
export function decodeSource(source: SourceBytes): string {
  return decodeText(source.take())
}
