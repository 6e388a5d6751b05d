import { goesOn } from './abbreviations.ts'
import { type BlockKind, blocksOf } from './blocks.ts'
import { maskInline, type Span } from './mask.ts'

/** A verbatim piece of a text: `text` is the slice from `start` to `end` (UTF-16), without white space around. */
export type Sentence = {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly kind: BlockKind
}

// Unicode's own rules, the same for every language: which language a text is in need not be known.
const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

const unmarked = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
/** Code units of Thai and its like that a piece holds at least before a space may end it. */
const MIN_UNMARKED = 100
const openBracket = /[「『（【《〈“‘«([{]+$/

/**
 * The sentences of Markdown or plain text. They overlap nowhere and leave out nothing but white space. A heading, a
 * table row and a fenced code block are one sentence each; a list item begins a new one.
 */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = []
  for (const block of blocksOf(text)) {
    const whole =
      block.kind === 'prose' || block.kind === 'item' ? split(text.slice(block.start, block.end)) : undefined
    for (const span of whole ?? [{ start: 0, end: block.end - block.start }]) {
      const trimmed = trim(text, block.start + span.start, block.start + span.end)
      if (trimmed !== undefined) sentences.push({ ...trimmed, kind: block.kind })
    }
  }
  return sentences
}

function split(text: string): Span[] {
  const masked = maskInline(text)
  const spans: { start: number; end: number }[] = []
  for (const { segment, index } of segmenter.segment(masked)) {
    const last = spans.at(-1)
    const end = index + segment.length
    if (last === undefined) spans.push({ start: index, end })
    else if (goesOn(masked.slice(last.start, last.end), segment)) last.end = end
    else {
      // Unicode counts a bracket behind the mark as part of the sentence before, even one that opens the next.
      const opening = openBracket.exec(masked.slice(last.start, last.end))?.[0].length ?? 0
      const moved = opening < last.end - last.start ? opening : 0
      last.end -= moved
      spans.push({ start: index - moved, end })
    }
  }
  return spans.flatMap((span) =>
    unmarked.test(masked.slice(span.start, span.end)) ? splitAtSpaces(masked, span) : [span],
  )
}

/** Thai puts spaces between clauses, and around numbers and names: only a space between its own letters counts. */
function splitAtSpaces(text: string, span: Span): Span[] {
  const pieces: Span[] = []
  let start = span.start
  for (let at = span.start + 1; at < span.end - 1; at++) {
    const isGap = text[at] === ' ' && unmarked.test(text[at - 1] ?? '') && unmarked.test(text[at + 1] ?? '')
    if (!isGap || at - start < MIN_UNMARKED || span.end - at < MIN_UNMARKED / 2) continue
    pieces.push({ start, end: at })
    start = at
  }
  return [...pieces, { start, end: span.end }]
}

function trim(text: string, start: number, end: number): Omit<Sentence, 'kind'> | undefined {
  const slice = text.slice(start, end)
  const inner = slice.trim()
  if (inner === '') return undefined
  const from = start + slice.indexOf(inner)
  return { text: inner, start: from, end: from + inner.length }
}
