/**
 * Text in which bytes that are no UTF-8 are kept as lone surrogates, U+DC80 to U+DCFF, so that none is lost: PEP 383.
 * Servers cut an answer into tokens, and a token can end in the middle of a character; those that do not wait for its
 * other half send each half in an event of its own.
 */
export function decodeEscaped(bytes: Buffer): string {
  let text = ''
  let from = 0
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    text += bytes.toString('utf8', from, at) + String.fromCharCode(0xdc00 + Number(bytes[at]))
    at += 1
    from = at
  }
  return text + bytes.toString('utf8', from)
}

/** Whether the code unit stands for a byte. */
export function isEscapedByte(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff
}

/** The bytes behind the code units of `text`, all of them escaped. */
export function escapedBytes(text: string): Buffer {
  return Buffer.from(Array.from({ length: text.length }, (_, i) => text.charCodeAt(i) - 0xdc00))
}

/** How long the well-formed sequence at `at` is, or 0 where there is none. Unicode 16.0, table 3-7. */
export function sequenceLength(bytes: Buffer, at: number): number {
  const lead = Number(bytes[at])
  const length = lengthOf(lead)
  if (length === 1) return 1
  if (length === 0 || at + length > bytes.length) return 0
  const [low, high] = secondRange(lead)
  const second = Number(bytes[at + 1])
  if (second < low || second > high) return 0
  for (let i = at + 2; i < at + length; i += 1) {
    if ((Number(bytes[i]) & 0xc0) !== 0x80) return 0
  }
  return length
}

/** Whether the bytes begin a character that further bytes can complete. */
export function isBegunSequence(bytes: Buffer): boolean {
  const lead = Number(bytes[0])
  const length = lengthOf(lead)
  if (bytes.length === 0 || bytes.length >= length) return false
  const [low, high] = secondRange(lead)
  return bytes
    .subarray(1)
    .every((byte, i) => (i === 0 ? byte >= low && byte <= high : (byte & 0xc0) === 0x80))
}

/** Of the sequence that this byte begins; 0 where it begins none. */
function lengthOf(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead <= 0xdf) return 2
  if (lead >= 0xe0 && lead <= 0xef) return 3
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
}

function secondRange(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  if (lead === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}
