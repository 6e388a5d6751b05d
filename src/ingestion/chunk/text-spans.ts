import { legalCut } from './legal-cut.ts'
import { unitCost } from './token-estimate.ts'

/** [start, end) in UTF-16 units. The spans of a text follow each other without gaps. */
export type Span = readonly [start: number, end: number]

/** UTF-16 units up to which ICU looks for sentences; it is exact but keeps the whole text and its breaks. */
const LONGEST_SEGMENTED = 10_000

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
/** What ends a sentence in running text of any length: a stop before white space, or an ideographic one. */
const SENTENCE_END = /[.!?…؟।॥։።။]["'”’)\]]{0,4}(?=\s)|[。！？]["'”’」』）]{0,4}(?![\p{M}\u200d])/gu

/** Sentences, each with the white space after it. */
export function* sentenceSpans(text: string, start: number, end: number): Generator<Span> {
  if (end - start <= LONGEST_SEGMENTED) {
    // To ICU a line break ends a sentence, but text is wrapped in the middle of them.
    const unwrapped = text.slice(start, end).replaceAll('\n', ' ')
    for (const { index, segment } of sentences.segment(unwrapped)) {
      yield [start + index, start + index + segment.length]
    }
    return
  }
  let at = start
  SENTENCE_END.lastIndex = start
  while (SENTENCE_END.test(text)) {
    const stop = SENTENCE_END.lastIndex
    if (stop >= end) break
    yield [at, stop]
    at = stop
    SENTENCE_END.lastIndex = stop
  }
  if (at < end) yield [at, end]
}

/** Lines, each with its line break. */
export function* lineSpans(text: string, start: number, end: number): Generator<Span> {
  for (let at = start; at < end; ) {
    const feed = text.indexOf('\n', at)
    const stop = feed < 0 ? end : Math.min(end, feed + 1)
    yield [at, stop]
    at = stop
  }
}

/**
 * Spans of at most `limit` (twelfths of a token), for text that has no better places: cut at the last line break, else
 * the last white space in the second half, else between graphemes.
 */
export function* limitedSpans(text: string, start: number, end: number, limit: number): Generator<Span> {
  let from = start
  let cost = 0
  let line = 0
  let space = 0
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    cost += unitCost(unit)
    if (cost > limit && at > from) {
      const wanted = line || space || at
      const cut = Math.min(end, legalCut(text, from, wanted))
      yield [from, cut]
      from = cut
      // The rest of what was walked is counted again, less than half of the limit.
      at = cut - 1
      cost = 0
      line = 0
      space = 0
    } else if (cost * 2 > limit) {
      if (unit === 0x0a) line = at + 1
      else if (unit === 0x20 || unit === 0x09 || unit === 0xa0 || unit === 0x3000) space = at + 1
    }
  }
  if (from < end) yield [from, end]
}
