import { languageOf } from './content-terms.ts'

const capital = /^\p{Lu}/u
const sentenceEnd = /[.?!…:]["'”’»)]*$/
const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu
const possessive = /['’]s$/u
/** A question has no more; what sets each word in capitals names nothing. */
const MOST_NAMES = 16
/** What stands within a name: "Bank of America". */
const within = /^(?:of|the|de|del|la|van|von|du|da|di)$/u

/**
 * The names of a question, each as its words: "Who led the Bank of America?" has [["Bank", "America"]]. Names are known by their
 * capitals, so German, which gives one to each noun, has none, nor have scripts without capitals.
 */
export function namesIn(question: string): string[][] {
  if (languageOf(question) === 'de') return []
  const names: string[][] = []
  let open: string[] = []
  let starts = true
  for (const token of question.split(/\s+/)) {
    const word = token.replace(edges, '').replace(possessive, '')
    const isName = !starts && word.length > 1 && capital.test(word)
    if (isName) open.push(word)
    if (open.length > 0 && ((!isName && !within.test(word)) || /[,;)]$/.test(token))) {
      names.push(open)
      open = []
    }
    starts = word === '' ? starts : sentenceEnd.test(token) && word.length > 2
  }
  return (open.length > 0 ? [...names, open] : names).slice(0, MOST_NAMES)
}
