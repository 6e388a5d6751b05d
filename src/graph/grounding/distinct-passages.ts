import type { Passage } from './passage.ts'

/**
 * Best first, each text once: a passage that another one contains goes, and what contains it takes the better of both
 * places. Numbers stay, so that [n] is the hit of rank n.
 */
export function distinctPassages(passages: readonly Passage[]): Passage[] {
  const kept: Passage[] = []
  for (const passage of passages) {
    const text = passage.text.trim()
    if (kept.some((other) => other.text.includes(text))) continue
    const place = kept.findIndex((other) => text.includes(other.text.trim()))
    if (place < 0) kept.push(passage)
    else {
      const rest = kept.filter((other) => !text.includes(other.text.trim()))
      rest.splice(place, 0, passage)
      kept.splice(0, kept.length, ...rest)
    }
  }
  return kept
}
