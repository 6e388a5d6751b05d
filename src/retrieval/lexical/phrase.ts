import { CharacterClass, characterClass } from './character-class.ts'
import { normalizeText } from './normalize-text.ts'
import { tokenize } from './tokenize.ts'
import { wholeTerm } from './word-term.ts'

const { Character, Mark, Spaceless, Word } = CharacterClass

/** Words that stand together, as they are written. */
export interface Phrase {
  /** Compared with passages in the same form, see canonicalText. */
  readonly canonical: string
  readonly written: string
  /** Of each beginning of `canonical`: how long the longest other beginning is that it ends with. */
  readonly borders: Int32Array
}

/** @returns null where there is no word in it */
export function phraseOf(written: string): Phrase | null {
  const canonical = canonicalText(written)
  return canonical === '' ? null : { canonical, written, borders: bordersOf(canonical) }
}

/**
 * A text as phrases are compared: lower case, one space for whatever stands between words, none within scripts that
 * have none. Accents and endings stay: words are those that were written.
 */
export function canonicalText(text: string): string {
  const source = normalizeText(text).toLowerCase()
  let canonical = ''
  let from = 0
  let before = 0
  for (let at = 0; at < source.length; ) {
    const codePoint = source.codePointAt(at) ?? 0
    const next = at + (codePoint > 0xffff ? 2 : 1)
    const own = characterClass(codePoint)
    const kind =
      (own & Spaceless) !== 0 ? Spaceless : own === Mark && at > from ? before : own === Word ? Word : 0
    if (kind === 0) {
      canonical += source.slice(from, at)
      from = next
    } else {
      const divided = kind === Word || before === Word
      if (before !== 0 && divided && (at === from || kind !== before)) {
        canonical += `${source.slice(from, at)} `
        from = at
      }
      before = kind
    }
    at = next
  }
  return canonical + source.slice(from)
}

/**
 * Whether a text in canonical form has a phrase: at the edges of words, but anywhere in scripts that show none. Linear
 * time, however often both repeat themselves (Knuth, Morris and Pratt, Fast Pattern Matching in Strings, 1977).
 */
export function holdsPhrase(canonical: string, { canonical: needle, borders }: Phrase): boolean {
  const opensWord = isWord(needle.codePointAt(0))
  const closesWord = isWord(lastCodePoint(needle))
  let matched = 0
  for (let at = 0; at < canonical.length; at++) {
    matched = longerMatch(needle, borders, matched, canonical[at])
    if (matched < needle.length) continue
    const start = at + 1 - matched
    const opens = !opensWord || start === 0 || canonical[start - 1] === ' '
    const closes = !closesWord || at + 1 === canonical.length || canonical[at + 1] === ' '
    if (opens && closes) return true
    matched = borders[matched - 1] ?? 0
  }
  return false
}

/** How much of the needle ends with the next unit, where `matched` of it ended before. */
function longerMatch(needle: string, borders: Int32Array, matched: number, unit: string | undefined): number {
  let length = matched
  while (length > 0 && needle[length] !== unit) length = borders[length - 1] ?? 0
  return needle[length] === unit ? length + 1 : 0
}

function bordersOf(needle: string): Int32Array {
  const borders = new Int32Array(needle.length)
  for (let at = 1; at < needle.length; at++) {
    borders[at] = longerMatch(needle, borders, borders[at - 1] ?? 0, needle[at])
  }
  return borders
}

/**
 * The terms that a passage of a language has which holds the phrase: those of its words, each once. `divided`: also where
 * spaces divide what its script writes without: a passage then has the characters (東京 タワー for 東京タワー), not all pairs.
 */
export function phraseTerms(phrase: Phrase, language: string | null, divided = false): string[] {
  const terms = new Set<string>()
  tokenize(phrase.written, {
    word: (parts) => terms.add(wholeTerm(parts, language)),
    // The passage may go on: "path.join" also stands in os.path.join.
    name: () => {},
    gram: (gram) => {
      if (!divided || !isPair(gram)) terms.add(gram)
    },
    character: (character) => {
      if (divided) terms.add(character)
    },
  })
  return [...terms]
}

/** Two characters that are terms of their own, too. One that stands alone is the term itself. */
function isPair(gram: string): boolean {
  const first = gram.codePointAt(0) ?? 0
  return (characterClass(first) & Character) !== 0 && gram.length > (first > 0xffff ? 2 : 1)
}

function isWord(codePoint: number | undefined): boolean {
  return codePoint !== undefined && (characterClass(codePoint) & Spaceless) === 0
}

function lastCodePoint(text: string): number | undefined {
  const last = text.codePointAt(text.length - 1)
  const pair = text.codePointAt(text.length - 2)
  return pair !== undefined && pair > 0xffff ? pair : last
}
