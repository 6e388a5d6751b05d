import { blank, codeSpans, type Span } from './mask.ts'

/** A citation in an answer: `[1]`, `[1, 2]`, `[1-3]`, `【1】`, `[Passage 1]`. */
export type MarkerSpan = Span & { readonly markers: readonly number[] }

const word = '(?:passages?|sources?|doc(?:ument)?s?|quellen?|источник)'
/** Up to three digits: [1984] is a year. */
const pattern = `[[【［]\\s{0,2}(?:${word}\\s{0,2})?(\\d{1,3}(?:\\s{0,2}[,;、，–—-]\\s{0,2}(?:passage\\s)?\\d{1,3}){0,20})\\s{0,2}(?:†[^\\]】］\\n]{0,100})?[\\]】］]`
/** Not in front of "(" (a link) or, at a line's start, ":" (its definition). */
const bracket = new RegExp(`${pattern}(?!\\()`, 'giu')
const bracketHere = new RegExp(pattern, 'iuy')
/** What can become a citation with more text. */
const prefixHere = new RegExp(
  `[[【［]\\s{0,2}(?:\\p{L}{0,9}|(?:${word}\\s{0,2})?(?:\\d[\\d\\s,;、，–—pasge-]{0,400}(?:†[^\\]】］\\n]{0,100})?)?)(?![\\s\\S])`,
  'iuy',
)
const definition = /^\s*\[\d{1,3}\]:\s*(?:https?:|<|\/|\.)/
/** More than a retrieval ever returns; [1-999] must not become a thousand citations. */
const MAX_RANGE = 50

/** The citations in an answer, in order. Code, links, `[x]` boxes, `[0]` and link definitions hold none. */
export function markersOf(answer: string): MarkerSpan[] {
  const text = blank(answer, codeSpans(answer))
  const found: MarkerSpan[] = []
  for (const match of text.matchAll(bracket)) {
    const start = match.index
    const lineStart = text.lastIndexOf('\n', start - 1) + 1
    if (text.slice(lineStart, start).trim() === '' && definition.test(text.slice(start, start + 40))) continue
    const markers = numbersIn(match[1] ?? '')
    if (markers.some((n) => n > 0)) found.push({ start, end: start + match[0].length, markers })
  }
  return found
}

/**
 * The citation that begins at `at`, code or not, link or not; null where none does, and `unknown` where that needs more
 * of the text than is there.
 */
export function markerAt(
  text: string,
  at: number,
  ended: boolean,
): { readonly length: number; readonly markers: readonly number[] } | 'unknown' | null {
  bracketHere.lastIndex = prefixHere.lastIndex = at
  const match = bracketHere.exec(text)
  if (!match) return !ended && prefixHere.test(text) ? 'unknown' : null
  const markers = numbersIn(match[1] ?? '')
  return markers.some((n) => n > 0) ? { length: match[0].length, markers } : null
}

function numbersIn(list: string): number[] {
  const numbers = new Set<number>()
  for (const part of list.replace(/passage/gi, '').split(/[,;、，]/)) {
    const [first, last] = part.split(/[–—-]/).map((n) => Number.parseInt(n, 10))
    if (first === undefined || Number.isNaN(first)) continue
    const end = last === undefined || Number.isNaN(last) ? first : Math.min(last, first + MAX_RANGE)
    for (let n = first; n <= end; n++) numbers.add(n)
    // "[3-1]" is no range; both are meant all the same.
    if (last !== undefined && last < first) numbers.add(last)
  }
  return [...numbers]
}

/** The answer without its citations, at the same length. */
export function blankMarkers(answer: string): string {
  return blank(answer, markersOf(answer))
}
