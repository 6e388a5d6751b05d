import type { ExtractedSentence } from './extract.ts'
import { beginsItem, ordinalOf } from './whole-list.ts'

const ends = /[.!?。！？]["'”’»)」』]*$/

/** The answer that extracted sentences make, each with its citation: "One. [1] Two. [2]". */
export function extractedText(sentences: readonly ExtractedSentence[]): string {
  let text = ''
  for (const [i, sentence] of sentences.entries()) {
    const before = sentences[i - 1]
    if (before !== undefined) text += between(before, sentence)
    text += written(sentence)
  }
  return text
}

/** Behind a fence its citation would be part of the closing line. */
function written({ text, quote, marker, form }: ExtractedSentence): string {
  if (form === 'code') return `${text}\n[${marker}]`
  if (form !== 'item' || !beginsItem(quote)) return `${text} [${marker}]`
  const ordinal = ordinalOf(quote)
  return `${ordinal === undefined ? '-' : `${ordinal}.`} ${text} [${marker}]`
}

function between(before: ExtractedSentence, next: ExtractedSentence): string {
  if (before.form === 'item' && next.form === 'item') return beginsItem(next.quote) ? '\n' : ' '
  if (before.form || next.form) return '\n\n'
  // Without a full stop the next sentence would run on, and take this one's citation for its own.
  return ends.test(before.text) && ends.test(next.text) ? ' ' : '\n\n'
}
