import { CharacterClass, characterClass } from './character-class.ts'
import { foldWord, LONGEST_TERM } from './fold-word.ts'
import { normalizeText } from './normalize-text.ts'
import { wordTerms } from './word-terms.ts'

const { Mark, Spaceless, Word } = CharacterClass

/** What may join two words into one name: a.b, a-b, a_b, a__b, a’b. */
const JOINER = /[.\-\u2010'\u2018\u2019\u02bc]|_+/y
const APOSTROPHE = /['\u2018\u2019\u02bc]/
/** What English hangs on a word. n’t negates, so it stays; the others are possessive or auxiliary. */
const CLITIC = /['\u2018\u2019\u02bc](?:s|d|m|ll|re|ve|t)(?![\p{L}\p{M}\p{N}])/iuy
/** 1,000,000. Bounded, because an unbounded group overflows the regex stack on a list of millions of numbers. */
const GROUPED_NUMBER = /\d{1,3}(?:,\d{3}){1,7}(?!\d|,\d)/y
/** C++, C#, F#: languages whose name is more than their letter. */
const SIGNED_LETTER = /(?:\+\+|#)(?![\p{L}\p{N}])/uy
const DIGITS_BESIDE = /^\d[.-]\d$/

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** The end of the run of code points that `classes` names. */
function runEnd(text: string, at: number, classes: number): number {
  let end = at
  while (end < text.length) {
    const codePoint = text.codePointAt(end) ?? 0
    if ((characterClass(codePoint) & classes) === 0) break
    end += codePoint > 0xffff ? 2 : 1
  }
  return end
}

/** Each two neighbours of a run, or the one that stands alone: words cannot be told apart without a dictionary. */
function pushBigrams(text: string, start: number, end: number, terms: string[]): void {
  let first = start
  let second = first + ((text.codePointAt(first) ?? 0) > 0xffff ? 2 : 1)
  if (second >= end) terms.push(text.slice(start, end))
  while (second < end) {
    const next = second + ((text.codePointAt(second) ?? 0) > 0xffff ? 2 : 1)
    terms.push(text.slice(first, next))
    first = second
    second = next
  }
}

/** Where the word after the joiner at `at` begins, or -1 where nothing is joined. */
function joined(text: string, at: number, groupEnd: number): number {
  const next = at < groupEnd && text[at] === ',' ? at + 1 : matchEnd(JOINER, text, at)
  if (next < 0 || next >= text.length) return -1
  return (characterClass(text.codePointAt(next) ?? 0) & Word) === 0 ? -1 : next
}

/**
 * The terms of one word or of a name made of several: each word's own, then the whole without its joiners (`os.path`
 * is also `ospath`, `1,000` also `1000`), but with those between digits that tell 1.23 from 12.3.
 */
function pushName(text: string, start: number, terms: string[]): number {
  let whole = ''
  let words = 0
  let groupEnd = -1
  let at = start
  for (;;) {
    let end = runEnd(text, at, Word | Mark)
    let word = text.slice(at, end)
    const clitic = APOSTROPHE.test(text[end] ?? '') ? matchEnd(CLITIC, text, end) : -1
    if (clitic > 0) {
      if (/[nN]['\u2018\u2019\u02bc][tT]$/.test(text.slice(end - 1, clitic))) word += 't'
      end = clitic
    }
    for (const term of wordTerms(word)) terms.push(term)
    words += 1
    if (whole.length <= LONGEST_TERM) {
      whole += DIGITS_BESIDE.test(text.slice(at - 2, at + 1)) ? text[at - 1] + word : word
    }
    if (end > groupEnd) groupEnd = matchEnd(GROUPED_NUMBER, text, at)
    const next = joined(text, end, groupEnd)
    if (next < 0) {
      if (words > 1 && whole.length <= LONGEST_TERM) terms.push(foldWord(whole))
      if (word.length === 1 && matchEnd(SIGNED_LETTER, text, end) > 0) {
        terms.push(text.slice(at, SIGNED_LETTER.lastIndex).toLowerCase())
      }
      return end
    }
    at = next
  }
}

/**
 * Terms of a text in their order, with repetitions: the one analysis for documents and queries alike, whatever their
 * language. Nothing is a stop word. Each term has 1 to 64 UTF-16 units.
 *
 * Bigrams over scripts without spaces follow Lucene's CJKBigramFilter, the fold of the others is in fold-word.ts, the
 * parts of names in word-terms.ts. Linear time; throws for no string.
 */
export function analyze(text: string): string[] {
  const source = normalizeText(text)
  const terms: string[] = []
  let at = 0
  while (at < source.length) {
    const codePoint = source.codePointAt(at) ?? 0
    const kind = characterClass(codePoint)
    if (kind === Spaceless) {
      const end = runEnd(source, at, Spaceless | Mark)
      pushBigrams(source, at, end, terms)
      at = end
    } else if (kind === Word) {
      at = pushName(source, at, terms)
    } else {
      at += codePoint > 0xffff ? 2 : 1
    }
  }
  return terms
}
