/**
 * UTF-16 units of an AnswerDelta at most. What waits for a client that does not read is at least one event: one that
 * grew without end, while the database was away, would be held in memory once for each of them.
 */
export const longestDelta = 8_192

/** Cuts a text into deltas, never within a character. */
export function deltaPieces(text: string): readonly string[] {
  if (text.length <= longestDelta) return [text]
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + longestDelta, text.length)
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
