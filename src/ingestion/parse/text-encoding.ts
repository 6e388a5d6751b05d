import { isUtf8 } from 'node:buffer'

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const BOMS: readonly (readonly [bytes: readonly number[], encoding: TextEncoding])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/** The encoding that a byte order mark tells, or null. */
export function bomEncoding(bytes: Uint8Array): TextEncoding | null {
  return BOMS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1] ?? null
}

/** A character may be cut at the end of a sample. */
function startsAsUtf8(sample: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Control characters of ASCII that text files have: white space, ^Z and ESC. */
const CONTROLS_IN_TEXT = [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]
/** DEL, and what windows-1252 leaves open. */
const GAPS = [0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d]

function isNotWestern(byte: number): boolean {
  return byte < 0x20 ? !CONTROLS_IN_TEXT.includes(byte) : byte >= 0x7f && GAPS.includes(byte)
}

/** The largest share of characters beyond ASCII in a Western language; more is another alphabet, or no text. */
const MOST_HIGH = 0.25

/**
 * Whether bytes that are not UTF-8 read as text of a Western language. Where most of what is not ASCII is UTF-8, it is
 * UTF-8 with damage, and would come out as "Ã¤".
 */
function looksWestern(bytes: Uint8Array): boolean {
  let dark = 0
  let high = 0
  for (const byte of bytes) {
    if (isNotWestern(byte)) return false
    if (byte > 0x20) dark += 1
    if (byte >= 0x80) high += 1
  }
  if (high > dark * MOST_HIGH) return false
  const beyondAscii = new TextDecoder().decode(bytes).match(/\P{ASCII}/gu) ?? []
  const invalid = beyondAscii.filter((character) => character === '\ufffd').length
  return invalid * 2 >= beyondAscii.length
}

/**
 * How bytes are to be read as text; null where they are none. UTF-16 only by its byte order mark, and windows-1252
 * (Latin 1 with it) for what is not UTF-8 but looks like a Western language. `sample`: the bytes go on.
 */
export function textEncoding(bytes: Uint8Array, { sample = false } = {}): TextEncoding | null {
  const told = bomEncoding(bytes)
  if (told && told !== 'utf-8') return told
  if (sample ? startsAsUtf8(bytes) : isUtf8(bytes)) return 'utf-8'
  return looksWestern(bytes) ? 'windows-1252' : null
}
