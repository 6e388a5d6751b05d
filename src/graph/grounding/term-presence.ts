/** How surely a text holds a term, from 0 to 1. */
export type Presence = (term: string) => number

const hebrew = /\p{Script=Hebrew}/u
const clitics = 'והבלמכש'
const ideograph = /[\p{Script=Han}\p{Script=Hangul}]/u
const pair = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]{2}$/u
const STEM = 5
const KIN = 0.7

/**
 * 1 for the term itself and 0.7 for one that begins with the same five characters: stemmers leave "proclaim" and
 * "proclamation" apart, and languages without a stemmer leave every ending apart. On SQuAD this raised the share of
 * unanswerable questions that are recognised from 0.62 to 0.68 at the same share of answered ones.
 */
export function presenceIn(terms: ReadonlySet<string>): Presence {
  const beginnings = new Set<string>()
  for (const term of terms) for (const key of keysOf(term)) beginnings.add(key)
  return (term) => {
    if (terms.has(term)) return 1
    if (isIdeograph(term)) return beginnings.has(term) ? 1 : 0
    return keysOf(term).some((key) => beginnings.has(key)) ? KIN : 0
  }
}

/** What kin of a term share with it. */
function keysOf(term: string): readonly string[] {
  if (hebrew.test(term)) return hebrewKeys(term)
  // 借りる is indexed as 借り and りる; a question may be left with 借.
  if (pair.test(term)) return [...term]
  return term.length >= STEM ? [term.slice(0, STEM)] : []
}

function isIdeograph(term: string): boolean {
  return term.length === 1 && ideograph.test(term)
}

/** Hebrew writes and, the, in, to, from, that and as in front of the word: with up to two of those letters off. */
function hebrewKeys(term: string): string[] {
  const keys = [term.slice(0, STEM)]
  for (let off = 1; off <= 2 && clitics.includes(term[off - 1] ?? ' ') && term.length - off >= 3; off++)
    keys.push(term.slice(off, off + STEM))
  return keys
}
