import snowball from 'snowball-stemmers'

/** UTF-16 units. */
export const LONGEST_TERM = 64

/** Longer words are codes and blobs, and the stemmer's time is not bounded by its rules. */
const LONGEST_STEMMED = 32

const english = snowball.newStemmer('english')
const russian = snowball.newStemmer('russian')

const ASCII = /^[\0-\x7f]*$/
const ENGLISH_LETTERS = /^[a-z]+$/
const RUSSIAN_LETTERS = /^[а-я]+$/
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

/** ๒๕ and ٢٥ as 25. Decimal digits come in tens that begin at a code point ending in 0 or 6 (UCD, Nd). */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0
  const row = codePoint & ~15
  return String((codePoint & 15) - (ANY_DIGIT.test(String.fromCodePoint(row)) ? 0 : 6))
}

function stem(word: string): string {
  if (word.length > LONGEST_STEMMED) return word
  if (ENGLISH_LETTERS.test(word)) return english.stem(word)
  if (RUSSIAN_LETTERS.test(word)) return russian.stem(word)
  return word
}

/** Cuts to LONGEST_TERM without leaving half of a surrogate pair. */
function cut(term: string): string {
  if (term.length <= LONGEST_TERM) return term
  const splitsPair = term.charCodeAt(LONGEST_TERM - 1) >>> 10 === 0x36
  return term.slice(0, splitsPair ? LONGEST_TERM - 1 : LONGEST_TERM)
}

/**
 * One word in NFKC as a term: lower case; marks stripped where their script lets writers omit them; ASCII digits;
 * Latin letters stemmed by Porter2 (snowballstem.org/algorithms/english), Cyrillic by Snowball's Russian. The mark of
 * й is part of a letter, so of Cyrillic only stress marks go, and ё becomes е as most writers have it.
 * 1 to LONGEST_TERM units: what is longer is cut, so that blobs stay small.
 */
export function foldWord(word: string): string {
  const lower = cut(word).toLowerCase()
  if (ASCII.test(lower)) return stem(lower)
  const digits = lower.replace(DIGIT, asciiDigit)
  if (CYRILLIC.test(digits)) return stem(digits.replace(MARKS, '').replaceAll('ё', 'е'))
  if (!MARKS_OPTIONAL.test(digits)) return cut(digits)
  const bare = digits.normalize('NFD').replace(MARKS, '').replace(TATWEEL, '')
  const spelled = bare.replace(SPELLED_OUT_LETTER, (letter) => SPELLED_OUT.get(letter) ?? letter)
  // Nothing is left of a word that is all tatweel.
  return stem(cut(spelled || lower))
}
