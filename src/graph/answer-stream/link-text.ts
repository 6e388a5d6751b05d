const bit = { control: 1, ends: 2, opens: 4, closes: 8 } as const
/** What an ASCII character does to an address. Looked up, since each start of an address looks at all of it. */
const kinds = new Uint8Array(0x80)
for (let code = 0; code < 0x80; code += 1) kinds[code] = code <= 0x20 || code === 0x7f ? bit.control : 0
for (const char of '<>"`{}|\\^') kinds[char.charCodeAt(0)] = bit.ends
for (const char of '([') kinds[char.charCodeAt(0)] = bit.opens
for (const char of ')]') kinds[char.charCodeAt(0)] = bit.closes
const round = '('.charCodeAt(0)
const roundEnd = ')'.charCodeAt(0)

const trailing = new Set('.,;:!?\'"*_~)]}>…，。；：！？、）」』】》”’')
/** What stays of the sentence where an address is taken out. */
export const sentenceMarks: ReadonlySet<string> = new Set('.,;:!?*_~…，。；：！？、')

/**
 * The end of the address that begins at `from`: a blank, a character that ends it for certain, or a bracket that
 * nothing opened. `from + most` where it may go on there, or the text's length: nothing beyond is looked at.
 */
export function addressEnd(text: string, from: number, most: number): number {
  const last = Math.min(text.length, from + most)
  let rounds = 0
  let squares = 0
  for (let at = from; at < last; at += 1) {
    const code = text.charCodeAt(at)
    const kind = kinds[code] ?? (isBlank(code) ? bit.control : 0)
    if (kind === 0) continue
    if (kind < bit.opens) return at
    const step = kind === bit.opens ? 1 : -1
    if (code === round || code === roundEnd) rounds += step
    else squares += step
    if (rounds < 0 || squares < 0) return at
  }
  return last
}

/** The end of a Markdown link's destination that begins at `from`, no further than `most` behind it. */
export function destinationEnd(text: string, from: number, most: number): number {
  const last = Math.min(text.length, from + most)
  let depth = 0
  for (let at = from; at < last; at += 1) {
    const code = text.charCodeAt(at)
    if (code === round) depth += 1
    else if (code === roundEnd) {
      if (depth === 0) return at
      depth -= 1
    } else if (code < 0x80 ? kinds[code] === bit.control : isBlank(code)) return at
  }
  return last
}

/** Of white space and control characters those that are not ASCII. */
function isBlank(code: number): boolean {
  if (code < 0x1680) return code < 0xa1
  if (code >= 0x2000 && code <= 0x206f) {
    return code <= 0x200a || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f
  }
  return code === 0x1680 || code === 0x3000 || code === 0xfeff
}

/** Without the punctuation behind it. */
export function withoutTrailing(address: string, marks: ReadonlySet<string> = trailing): string {
  let end = address.length
  while (end > 0 && marks.has(address[end - 1] as string)) end -= 1
  return address.slice(0, end)
}

/** Up to its first character that is not ASCII: text without spaces goes on right behind an address. */
export function asciiPart(address: string): string {
  return /^\p{ASCII}*/u.exec(address)?.[0] ?? ''
}
