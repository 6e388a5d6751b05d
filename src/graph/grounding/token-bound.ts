const lower = /[a-z]/
const vowel = /[aeiouy]/
const blank = /\s/

/**
 * No fewer tokens than a text has for any tokenizer that we have met (docs/decisions/0033), so that what fits by this
 * fits: lower-case letters of a word in threes, but each for itself where it follows two consonants, as words do not go
 * on; each other ASCII character for one; and what is not ASCII for its bytes in UTF-8, which no tokenizer exceeds.
 * About twice what English, German and Japanese have. Not estimateTokens of lib: by that, random letters and Greek come
 * out below what GPT-2 makes of them, and by this one a conversation would be told a third less of itself.
 */
export function tokenBound(text: string): number {
  let tokens = 1
  let letters = 0
  let consonants = 0
  let last = 'x'
  for (const char of text) {
    if (lower.test(char)) {
      consonants = vowel.test(char) ? 0 : consonants + 1
      if (letters % 3 === 0 || consonants > 2) tokens += 1
      letters += 1
    } else {
      letters = consonants = 0
      if (char !== ' ') tokens += bytesOf(char.codePointAt(0) as number)
    }
    // A single space belongs to the word behind it.
    if (last === ' ' && blank.test(char)) tokens += 1
    last = char
  }
  return tokens
}

function bytesOf(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}
