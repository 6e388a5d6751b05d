/** A unit vector of a text's words, each hashed to a signed place: texts that share words point the same way. */
export function bagOfWords(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions)
  for (const word of wordsOf(text)) {
    const hash = fnv1a(word)
    const at = hash % dimensions
    vector[at] = (vector[at] ?? 0) + (hash & 0x8000_0000 ? -1 : 1)
  }
  const length = Math.hypot(...vector)
  // Words that cancel out, or none: a zero vector has no direction, and no model returns it.
  if (length === 0) vector[0] = 1
  return length === 0 ? vector : vector.map((value) => value / length)
}

/** The share of the query's words that the text has. */
export function wordOverlap(query: string, text: string): number {
  const asked = new Set(wordsOf(query))
  const has = new Set(wordsOf(text))
  return asked.size === 0 ? 0 : asked.intersection(has).size / asked.size
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? []
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
