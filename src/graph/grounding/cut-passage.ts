import type { Passage } from './passage.ts'
import { sentencesOf } from './sentences.ts'

/**
 * The passage up to the last sentence with which it still fits; where not even one does, up to the last blank. What is
 * left begins where it began, so that a quote has its place in the document.
 */
export function cutPassage(passage: Passage, fits: (text: string) => boolean): Passage {
  const { text } = passage
  const upTo = (end: number) => fits(text.slice(0, end))
  const ends = sentencesOf(text).map((sentence) => sentence.end)
  const sentence = longest(ends, upTo)
  if (sentence > 0) return { ...passage, text: text.slice(0, sentence) }
  const blanks = [...text.matchAll(/\s+/g)].map((match) => match.index)
  const word = longest(blanks, upTo)
  if (word > 0) return { ...passage, text: text.slice(0, word) }
  // Text without blanks; never between the halves of a character.
  const characters: number[] = []
  for (let at = 1; at <= text.length; at += 1)
    if (!/[\udc00-\udfff]/.test(text[at] ?? '')) characters.push(at)
  return { ...passage, text: text.slice(0, longest(characters, upTo)) }
}

/** The last of the ends, which rise, that fits; 0 where none does. */
function longest(ends: readonly number[], fits: (end: number) => boolean): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (fits(ends[middle] ?? 0)) low = middle + 1
    else high = middle
  }
  return ends[low - 1] ?? 0
}
