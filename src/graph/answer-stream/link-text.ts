/** What ends an address for certain; a bracket that nothing opened ends it, too. */
const ends = /[\s<>"`{}|\\^\p{Cc}]/u
const trailing = new Set('.,;:!?\'"*_~)]}>…，。；：！？、）」』】》”’')
/** What stays of the sentence where an address is taken out. */
export const sentenceMarks: ReadonlySet<string> = new Set('.,;:!?*_~…，。；：！？、')
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[' }

/** The end of the address that begins at `from`, or the text's length where it may go on. */
export function addressEnd(text: string, from: number): number {
  const depth: Record<string, number> = { '(': 0, '[': 0 }
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] as string
    if (ends.test(char)) return at
    const opens = closers[char]
    if (char in depth) depth[char] = (depth[char] ?? 0) + 1
    else if (opens !== undefined) {
      if (depth[opens] === 0) return at
      depth[opens] = (depth[opens] ?? 0) - 1
    }
  }
  return text.length
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

const blank = /[\s\p{Cc}]/u

/** The end of a Markdown link's destination that begins at `from`, or the text's length where it may go on. */
export function destinationEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] as string
    if (blank.test(char)) return at
    if (char === '(') depth += 1
    else if (char === ')') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return text.length
}
