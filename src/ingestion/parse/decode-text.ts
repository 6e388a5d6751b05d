import { FailureCode, FailureError } from '../../failure.ts'
import { textEncoding } from './text-encoding.ts'

/** Decoding replaces what is invalid, so encoding gives back the same bytes up to there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const replaced = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  const at = bytes.findIndex((byte, index) => byte !== replaced[index])
  return at < 0 ? bytes.length : at
}

/**
 * Text of a source in UTF-8, UTF-16 with a byte order mark, or windows-1252, without that mark and with LF for CRLF.
 *
 * @throws FailureError UNREADABLE for bytes that are no text (textEncoding) and for U+0000, which no text holds and
 * PostgreSQL cannot store.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = textEncoding(bytes)
  if (!encoding) {
    throw new FailureError(
      FailureCode.Unreadable,
      `The source is not UTF-8: byte ${firstInvalidByte(bytes)} is invalid. Save it as UTF-8.`,
    )
  }
  const text = new TextDecoder(encoding).decode(bytes)
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    throw new FailureError(
      FailureCode.Unreadable,
      `The source is not text: it has a NUL character at position ${nul}.`,
    )
  }
  return text.replaceAll('\r\n', '\n')
}
