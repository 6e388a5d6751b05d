import { escapedBytes, isBegunSequence, isEscapedByte, sequenceLength } from './escaped-bytes.ts'

export interface CharacterJoiner {
  /** The text that is complete, possibly empty. @throws TypeError where bytes are part of no character. */
  push(text: string): string
  /** What was held back. @throws TypeError where that is half a character. */
  end(): string
}

/**
 * Joins characters that a server cut in two: into UTF-8 bytes, or into the surrogates of a JSON escape. Delivered
 * apart each half would become a replacement character. Holds back at most three code units.
 */
export function createCharacterJoiner(): CharacterJoiner {
  let held = ''

  return {
    push(piece) {
      if (held === '' && piece.isWellFormed()) return piece
      const text = held + piece
      held = ''
      let out = ''
      let at = 0
      while (at < text.length) {
        const unit = text.charCodeAt(at)
        if (isEscapedByte(unit)) {
          let end = at + 1
          while (end < text.length && isEscapedByte(text.charCodeAt(end))) end += 1
          const { joined, used } = joinBytes(escapedBytes(text.slice(at, end)))
          out += joined
          if (at + used < end) {
            if (end < text.length) throw new TypeError('bytes that are no UTF-8')
            held = text.slice(at + used)
          }
          at = end
        } else if (isHighSurrogate(unit)) {
          const pair = isLowSurrogate(text.charCodeAt(at + 1))
          if (at + 1 === text.length) held = text.slice(at)
          else out += text.slice(at, at + (pair ? 2 : 1))
          at += pair ? 2 : 1
        } else {
          out += text[at]
          at += 1
        }
      }
      return out
    },
    end() {
      const rest = held
      held = ''
      if (isEscapedByte(rest.charCodeAt(0))) throw new TypeError('half a character at the end')
      return rest
    },
  }
}

/** The characters of the bytes; what is left after `used` of them can still become one. */
function joinBytes(bytes: Buffer): { readonly joined: string; readonly used: number } {
  let used = 0
  while (used < bytes.length) {
    const length = sequenceLength(bytes, used)
    if (length === 0) break
    used += length
  }
  if (used < bytes.length && !isBegunSequence(bytes.subarray(used)))
    throw new TypeError('bytes that are no UTF-8')
  return { joined: bytes.toString('utf8', 0, used), used }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
