import { CharacterClass, characterClass } from './character-class.ts'
import { normalizeText } from './normalize-text.ts'
import { tokenize } from './tokenize.ts'
import { wholeTerm } from './word-term.ts'

const { Mark, Spaceless, Word } = CharacterClass

/** Words that stand together, as they are written. */
export interface Phrase {
  /** Compared with passages in the same form, see canonicalText. */
  readonly canonical: string
  readonly written: string
}

/** @returns null where there is no word in it */
export function phraseOf(written: string): Phrase | null {
  const canonical = canonicalText(written)
  return canonical === '' ? null : { canonical, written }
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
 * Whether a text in canonical form has a phrase: at the edges of words, but anywhere in scripts that show none.
 */
export function holdsPhrase(canonical: string, phrase: Phrase): boolean {
  const needle = phrase.canonical
  const opensWord = isWord(needle.codePointAt(0))
  const closesWord = isWord(lastCodePoint(needle))
  for (let at = canonical.indexOf(needle); at >= 0; at = canonical.indexOf(needle, at + 1)) {
    const end = at + needle.length
    const opens = !opensWord || at === 0 || canonical[at - 1] === ' '
    const closes = !closesWord || end === canonical.length || canonical[end] === ' '
    if (opens && closes) return true
  }
  return false
}

/** The terms that a passage of a language has which holds the phrase: those of its words, each once. */
export function phraseTerms(phrase: Phrase, language: string | null): string[] {
  const terms = new Set<string>()
  tokenize(phrase.written, {
    word: (parts) => terms.add(wholeTerm(parts, language)),
    // The passage may go on: "path.join" also stands in os.path.join.
    name: () => {},
    gram: (gram) => terms.add(gram),
    character: () => {},
  })
  return [...terms]
}

function isWord(codePoint: number | undefined): boolean {
  return codePoint !== undefined && (characterClass(codePoint) & Spaceless) === 0
}

function lastCodePoint(text: string): number | undefined {
  const last = text.codePointAt(text.length - 1)
  const pair = text.codePointAt(text.length - 2)
  return pair !== undefined && pair > 0xffff ? pair : last
}
