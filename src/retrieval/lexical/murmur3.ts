const C1 = 0xcc9e2d51
const C2 = 0x1b873593

function mixBlock(hash: number, block: number): number {
  let k = Math.imul(block, C1)
  k = (k << 15) | (k >>> 17)
  const mixed = hash ^ Math.imul(k, C2)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function mixTail(hash: number, tail: number): number {
  const k = Math.imul(tail, C1)
  return hash ^ Math.imul((k << 15) | (k >>> 17), C2)
}

function finish(hash: number, length: number): number {
  let h = hash ^ length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * MurmurHash3_x86_32 (Austin Appleby, github.com/aappleby/smhasher, public domain) over the UTF-8 of `text`, encoded
 * on the way because a buffer for each term costs more than its hash. A lone surrogate counts as U+FFFD, as in
 * TextEncoder. `seed` and the result are unsigned 32-bit integers.
 */
export function murmur3(text: string, seed: number): number {
  let hash = seed | 0
  let block = 0
  let length = 0
  const push = (byte: number) => {
    block |= byte << ((length & 3) << 3)
    length += 1
    if ((length & 3) === 0) {
      hash = mixBlock(hash, block)
      block = 0
    }
  }
  for (let at = 0; at < text.length; at += 1) {
    let codePoint = text.charCodeAt(at)
    if (codePoint < 0x80) {
      push(codePoint)
      continue
    }
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      const whole = text.codePointAt(at) ?? 0
      codePoint = whole > 0xffff ? whole : 0xfffd
      if (whole > 0xffff) at += 1
    }
    if (codePoint < 0x800) {
      push(0xc0 | (codePoint >> 6))
    } else {
      if (codePoint > 0xffff) {
        push(0xf0 | (codePoint >> 18))
        push(0x80 | ((codePoint >> 12) & 0x3f))
      } else {
        push(0xe0 | (codePoint >> 12))
      }
      push(0x80 | ((codePoint >> 6) & 0x3f))
    }
    push(0x80 | (codePoint & 0x3f))
  }
  return finish((length & 3) === 0 ? hash : mixTail(hash, block), length)
}
