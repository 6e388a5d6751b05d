import { CharacterClass, characterClass } from './character-class.ts'
import { LONGEST_TERM } from './fold-word.ts'
import { normalizeText } from './normalize-text.ts'
import { wordParts } from './word-parts.ts'

const { Character, Mark, Spaceless, Word } = CharacterClass

/** What a text is made of, in its order. */
export interface TokenSink {
  /** A word as it is written, and its parts where case or digits divide it: the word itself comes first. */
  word(parts: readonly string[]): void
  /** Several words that are one name, without what joins them. */
  name(whole: string): void
  /** Two neighbours of a script without spaces, or one that stands alone. */
  gram(characters: string): void
  /** Each of the neighbours. */
  character(character: string): void
}

/** What may join two words into one name: a.b, a-b, a_b, a__b, a’b. */
const JOINER = /[.\-\u2010'\u2018\u2019\u02bc]|_+/y
/** What may join names into a path: a/b, a\b, a::b. */
const PATH_JOINER = /[/\\]|::/y
const APOSTROPHE = /['\u2018\u2019\u02bc]/
/** What English hangs on a word. n’t negates, so it stays; the others are possessive or auxiliary. */
const CLITIC = /['\u2018\u2019\u02bc](?:s|d|m|ll|re|ve|t)(?![\p{L}\p{M}\p{N}])/iuy
/** What French, Italian and Catalan hang before one: l’homme is no name. */
const ELIDED =
  /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|gl|all|dall|dell|nell|sull|coll|quell|quest|degl|sant)$/i
/** 1,000,000. Bounded, because an unbounded group overflows the regex stack on a list of millions of numbers. */
const GROUPED_NUMBER = /\d{1,3}(?:,\d{3}){1,7}(?!\d|,\d)/y
/** C++, C#, F#: languages whose name is more than their letter. */
const SIGNED_LETTER = /(?:\+\+(?!\p{L})|#(?![\p{L}\p{N}]))/uy
const DIGITS_BESIDE = /^\d[./-]\d$/
/** The 1.2.3 of v1.2.3 and the 3.11 of python3.11. */
const NUMBER_WITHIN = /\d+(?:[.-]\d+)+/g

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
function pushBigrams(text: string, start: number, end: number, sink: TokenSink): void {
  let first = start
  let second = after(text, first)
  if (second >= end) {
    sink.gram(text.slice(start, end))
    return
  }
  while (first < end) {
    if ((characterClass(text.codePointAt(first) ?? 0) & Character) !== 0)
      sink.character(text.slice(first, second))
    const next = after(text, second)
    if (second < end) sink.gram(text.slice(first, next))
    first = second
    second = next
  }
}

function after(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
}

/** Where the word after what joins at `at` begins, or -1 where nothing is joined. */
function joined(joiner: RegExp, text: string, at: number, groupEnd: number): number {
  const next = at < groupEnd && text[at] === ',' ? at + 1 : matchEnd(joiner, text, at)
  if (next < 0 || next >= text.length) return -1
  return (characterClass(text.codePointAt(next) ?? 0) & Word) === 0 ? -1 : next
}

interface Name {
  readonly end: number
  /** Without its joiners (`os.path` is `ospath`), but with those between digits that tell 1.23 from 12.3. */
  readonly whole: string
}

/** The words of a name, each of its own, then the whole. */
function pushName(text: string, start: number, sink: TokenSink): Name {
  let whole = ''
  let words = 0
  let groupEnd = -1
  let at = start
  for (;;) {
    let end = runEnd(text, at, Word | Mark)
    let word = text.slice(at, end)
    const apostrophe = APOSTROPHE.test(text[end] ?? '')
    const clitic = apostrophe ? matchEnd(CLITIC, text, end) : -1
    if (clitic > 0) {
      if (/[nN]['\u2018\u2019\u02bc][tT]$/.test(text.slice(end - 1, clitic))) word += 't'
      end = clitic
    }
    sink.word(wordParts(word))
    if (!(apostrophe && words === 0 && ELIDED.test(word))) {
      words += 1
      if (whole.length <= LONGEST_TERM) {
        whole += words > 1 && DIGITS_BESIDE.test(text.slice(at - 2, at + 1)) ? text[at - 1] + word : word
      }
    }
    if (end > groupEnd) groupEnd = matchEnd(GROUPED_NUMBER, text, at)
    const next = joined(JOINER, text, end, groupEnd)
    if (next < 0) {
      if (words > 1) pushWhole(whole, sink)
      if (word.length === 1 && matchEnd(SIGNED_LETTER, text, end) > 0) {
        sink.name(text.slice(at, SIGNED_LETTER.lastIndex))
      }
      return { end, whole }
    }
    at = next
  }
}

function pushWhole(whole: string, sink: TokenSink): void {
  if (whole.length > LONGEST_TERM) return
  sink.name(whole)
  for (const [number] of whole.matchAll(NUMBER_WITHIN)) if (number !== whole) sink.name(number)
}

/** The names of a path, then the whole: `src/main.ts` is also `srcmaints`. @returns where it ends */
function pushPath(text: string, start: number, sink: TokenSink): number {
  let { end, whole } = pushName(text, start, sink)
  let names = 1
  for (;;) {
    const next = joined(PATH_JOINER, text, end, -1)
    if (next < 0) break
    const name = pushName(text, next, sink)
    if (whole.length <= LONGEST_TERM) {
      whole += DIGITS_BESIDE.test(text.slice(next - 2, next + 1)) ? text[next - 1] + name.whole : name.whole
    }
    end = name.end
    names += 1
  }
  if (names > 1 && whole.length <= LONGEST_TERM) sink.name(whole)
  return end
}

/**
 * Takes a text apart, whatever its language: words, names made of several, and bigrams over scripts without spaces
 * (as Lucene's CJKBigramFilter does). Nothing is left out. Linear time; throws for no string.
 */
export function tokenize(text: string, sink: TokenSink): void {
  const source = normalizeText(text)
  let at = 0
  while (at < source.length) {
    const codePoint = source.codePointAt(at) ?? 0
    const kind = characterClass(codePoint)
    if ((kind & Spaceless) !== 0) {
      const end = runEnd(source, at, Spaceless | Mark)
      pushBigrams(source, at, end, sink)
      at = end
    } else if (kind === Word) {
      at = pushPath(source, at, sink)
    } else {
      at += codePoint > 0xffff ? 2 : 1
    }
  }
}
