import { FailureCode, FailureError } from '../../failure.ts'

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/** Decoding replaces what is invalid, so encoding gives back the same bytes up to there. */
function firstInvalidByte(bytes: Uint8Array): number {
  const replaced = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  const at = bytes.findIndex((byte, index) => byte !== replaced[index])
  return at < 0 ? bytes.length : at
}

/**
 * Text of a source in UTF-8, without a byte order mark and with LF for CRLF.
 *
 * @throws FailureError UNREADABLE for bytes that are not UTF-8 and for U+0000, which no text holds and PostgreSQL
 * cannot store; EMPTY for nothing but white space.
 */
export function decodeText(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const problem = isUtf16(bytes)
      ? 'The source is UTF-16; UTF-8 is expected.'
      : `The source is not UTF-8: byte ${firstInvalidByte(bytes)} is invalid.`
    throw new FailureError(FailureCode.Unreadable, problem, { cause })
  }
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    throw new FailureError(
      FailureCode.Unreadable,
      `The source is not text: it has a NUL character at position ${nul}.`,
    )
  }
  if (!/\S/.test(text)) throw new FailureError(FailureCode.Empty, 'The source has no text.')
  return text.replaceAll('\r\n', '\n')
}
