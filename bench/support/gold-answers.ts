/** Written without spaces between words: there an answer may begin and end anywhere. */
const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u
const wordCharacter = /[\p{L}\p{M}\p{N}]/u

/**
 * Whether a text holds one of the answers that people gave, as whole words: "3" is not inside "1973". Case, the kind of
 * quotation mark, and white space are not compared.
 */
export function holdsAnswer(text: string, answers: readonly string[]): boolean {
  const folded = fold(text)
  return answers.some((answer) => holdsWords(folded, fold(answer)))
}

function holdsWords(text: string, words: string): boolean {
  if (words === '') return false
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length
    if (!cutsWord(text, at) && !cutsWord(text, end)) return true
  }
  return false
}

/** Whether the place is in the middle of a word. */
function cutsWord(text: string, at: number): boolean {
  const [before = '', after = ''] = [text[at - 1], text[at]]
  if (spaceless.test(before) || spaceless.test(after)) return false
  return wordCharacter.test(before) && wordCharacter.test(after)
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[“”„«»]/g, '"')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
