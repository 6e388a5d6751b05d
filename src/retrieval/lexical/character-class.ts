/** What a code point is to the analyzer: a bit set, so that one test covers several classes. */
export const CharacterClass = {
  /** White space, punctuation, symbols, emoji, controls, lone surrogates. */
  Separator: 1,
  /** A letter or digit of a script that puts spaces between words. */
  Word: 2,
  /** A combining mark: continues a word, never begins one. */
  Mark: 4,
  /** A letter or mark of a script without spaces, or Hangul: indexed by bigrams. */
  Spaceless: 8,
  /** Beside Spaceless: of a script whose single characters are words: Han, kana, Hangul. */
  Character: 16,
} as const

/** By extensions, for what these scripts share (ー, 々). */
const SPACELESS_LETTER =
  /(?=[\p{L}\p{Nl}])[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Yiii}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u
/** Not by extensions: U+0323, the dot below of Latin, is in Katakana's. */
const SPACELESS_MARK = /(?=\p{M})[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u
const CHARACTER = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}]/u
const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u
const MARK = /\p{M}/u
/** A letter to Unicode, an apostrophe to those who type it (п’ять). */
const MODIFIER_APOSTROPHE = 0x2bc

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  if (codePoint === MODIFIER_APOSTROPHE) return CharacterClass.Separator
  if (SPACELESS_LETTER.test(character) || SPACELESS_MARK.test(character)) {
    return CharacterClass.Spaceless | (CHARACTER.test(character) ? CharacterClass.Character : 0)
  }
  if (LETTER_OR_NUMBER.test(character)) return CharacterClass.Word
  return MARK.test(character) ? CharacterClass.Mark : CharacterClass.Separator
}

// One byte for each code point, filled as they are met. Property escapes cost about 100 ns each, which is too much
// for every character of a 10 MB document; a regex that runs over a whole word would overflow its backtrack stack
// on a word of megabytes.
const known = new Uint8Array(0x110000)

/** The class of a code point, 0 ≤ codePoint ≤ 0x10FFFF. */
export function characterClass(codePoint: number): number {
  const found = known[codePoint]
  if (found) return found
  const computed = classify(codePoint)
  known[codePoint] = computed
  return computed
}
