import fc from 'fast-check'
import type { StreamFilter } from './stream-filter.ts'

/** What a filter makes of the pieces of a text. */
export function filtered(filter: StreamFilter, pieces: readonly string[]): string {
  return pieces.map((piece) => filter.feed(piece)).join('') + filter.end()
}

/** A text of these pieces and some noise, and one way to cut it. */
export function cutText(pieces: readonly string[]): fc.Arbitrary<{ text: string; cuts: string[] }> {
  const noise = fc.string({ unit: fc.constantFrom(...' \n`[]()<>:/.1a9~-!&@\\"'), maxLength: 3 })
  const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, noise)
  const text = fc.array(piece, { maxLength: 25 }).map((all) => all.join(''))
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 })
  return fc.tuple(text, sizes).map(([whole, lengths]) => {
    const cuts: string[] = []
    for (let at = 0, i = 0; at < whole.length; i += 1) {
      const length = lengths[i % lengths.length] ?? 1
      cuts.push(whole.slice(at, at + length))
      at += length
    }
    return { text: whole, cuts }
  })
}
