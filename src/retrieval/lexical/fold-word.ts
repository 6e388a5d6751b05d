import { type Stem, type StemmedScript, stemmerOf, stemmingLanguage } from './language/stemmers.ts'

/** UTF-16 units. */
export const LONGEST_TERM = 64

/** Longer words are codes and blobs, and the stemmer's time is not bounded by its rules. */
const LONGEST_STEMMED = 32

/**
 * Code points that are left of a word of a language without a stemmer: a pseudo-stem (the idea of Mayfield and McNamee,
 * Single N-gram Stemming, SIGIR 2003). How many is measured in docs/decisions/0030.
 */
const HEAD = 6
/** Their words have no endings, and some differ by the last letter only. */
const ISOLATING: ReadonlySet<string> = new Set(['vi'])
const LETTERS = /^[\p{L}\p{M}]+$/u

const ASCII = /^[\0-\x7f]*$/
const ASCII_LETTERS = /^[a-z]+$/
/** Words of letters (and what stands in them) of one script that has a stemmer. */
const STEMMED: readonly (readonly [script: StemmedScript, word: RegExp])[] = [
  ['Latn', /^[\p{sc=Latn}\p{M}]+$/u],
  ['Cyrl', /^[\p{sc=Cyrl}\p{M}]+$/u],
  ['Grek', /^[\p{sc=Grek}\p{M}]+$/u],
  ['Arab', /^[\p{scx=Arab}\p{M}]+$/u],
  ['Deva', /^[\p{sc=Deva}\p{M}]+$/u],
  ['Taml', /^[\p{sc=Taml}\p{M}]+$/u],
  ['Armn', /^[\p{sc=Armn}\p{M}]+$/u],
]
const CYRILLIC = /^[\p{sc=Cyrl}\p{M}\p{N}]+$/u
/** Scripts whose readers leave marks out when they type: accents, tonos, harakat, niqqud. */
const MARKS_OPTIONAL = /^[\p{scx=Latn}\p{scx=Grek}\p{scx=Arab}\p{scx=Hebr}\p{M}\p{N}]+$/u
const MARKS = /\p{M}+/gu
const TATWEEL = /\u0640/g
/** Up to U+FFFF: beyond it two scripts break the rule of asciiDigit, and nobody types the others' numbers. */
const DIGIT = /(?=[\u0660-\uffff])\p{Nd}/gu
const ANY_DIGIT = /\p{Nd}/u

/** Letters that NFD leaves whole but keyboards without them spell out. */
const SPELLED_OUT: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ı', 'i'],
  ['ς', 'σ'],
])
const SPELLED_OUT_LETTER = /[ßæœøłđðþıς]/g

/** How German is written without umlauts, but not the ue of neue, Bauer and Quelle (Snowball's German2). */
const SPELLED_OUT_UMLAUT = /(?<![aeiouyäöüq])[aou]e/g
const UMLAUT: Readonly<Record<string, string>> = { ae: 'ä', oe: 'ö', ue: 'ü' }

/** What a language's stemmer wants to be written otherwise, and what its writers take for the same. */
const BEFORE_STEMMING: Readonly<Record<string, (word: string) => string>> = {
  // Hamzas and dots are left out as often as vowels are: the ending ة is also written ه, and ى ي.
  ar: (word) => word.replace(/ه$/, 'ة').replaceAll('ى', 'ي'),
  de: (word) => word.replace(SPELLED_OUT_UMLAUT, (letters) => UMLAUT[letters] ?? letters),
  // Its stemmer knows the letters of before Unicode 3.0.
  ro: (word) => word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ'),
}

/** ๒๕ and ٢٥ as 25. Decimal digits come in tens that begin at a code point ending in 0 or 6 (UCD, Nd). */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0
  const row = codePoint & ~15
  return String((codePoint & 15) - (ANY_DIGIT.test(String.fromCodePoint(row)) ? 0 : 6))
}

function stemWith(stem: Stem, word: string): string {
  // Greek's leaves nothing of some short words.
  return stem(word) || word
}

/** Whose stemmer a word has; null where none fits. */
function stemmedBy(word: string, language: string | null): string | null {
  const script = ASCII_LETTERS.test(word) ? 'Latn' : STEMMED.find(([, letters]) => letters.test(word))?.[0]
  return script ? stemmingLanguage(script, language) : null
}

function stemmed(word: string, language: string | null): string {
  if (word.length > LONGEST_STEMMED) return word
  const by = stemmedBy(word, language)
  return by === null ? word : stemWith(stemmerOf(by), BEFORE_STEMMING[by]?.(word) ?? word)
}

/** The first letters of a word that no stemmer knows: its endings come after them. Others stay as they are. */
function shortened(term: string, language: string | null): string {
  if (term.length <= HEAD || (language !== null && ISOLATING.has(language)) || !LETTERS.test(term))
    return term
  return stemmedBy(term, language) === null ? [...term].slice(0, HEAD).join('') : term
}

/** Cuts to LONGEST_TERM without leaving half of a surrogate pair. */
function cut(term: string): string {
  if (term.length <= LONGEST_TERM) return term
  const splitsPair = term.charCodeAt(LONGEST_TERM - 1) >>> 10 === 0x36
  return term.slice(0, splitsPair ? LONGEST_TERM - 1 : LONGEST_TERM)
}

function bare(word: string): string {
  const letters = word.normalize('NFD').replace(MARKS, '').replace(TATWEEL, '')
  return letters.replace(SPELLED_OUT_LETTER, (letter) => SPELLED_OUT.get(letter) ?? letter)
}

/** Turkish and Azeri have an I without a dot. */
function lowerCase(word: string, language: string | null): string {
  return language === 'tr' || language === 'az' ? word.toLocaleLowerCase(language) : word.toLowerCase()
}

/**
 * A name in NFKC as a term: lower case, stemmed by the algorithm of its text's language (or that of its script, see
 * language/stemmers.ts), ASCII digits, and then marks stripped where their script lets writers omit them: the stemmers
 * know their languages' accents, and those who type none still find most. The mark of й is part of a letter, so of
 * Cyrillic only stress marks go, and ё becomes е as most writers have it.
 * 1 to LONGEST_TERM units: what is longer is cut, so that blobs stay small.
 */
export function foldName(name: string, language: string | null): string {
  const lower = cut(lowerCase(cut(name), language))
  if (ASCII.test(lower)) return stemmed(lower, language)
  const digits = lower.replace(DIGIT, asciiDigit)
  if (CYRILLIC.test(digits)) return stemmed(digits.replace(MARKS, '').replaceAll('ё', 'е') || lower, language)
  if (!MARKS_OPTIONAL.test(digits)) return cut(stemmed(digits, language))
  // English has no accents of its own: résumés are resumes.
  const accented = stemmingLanguage('Latn', language) === 'en' ? bare(digits) : digits
  // Nothing is left of a word that is all tatweel.
  return cut(bare(stemmed(accented, language)) || lower)
}

/** One word as a term: the same, and only its beginning where its language has no stemmer. */
export function foldWord(word: string, language: string | null): string {
  return shortened(foldName(word, language), language)
}
