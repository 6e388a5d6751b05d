import { withoutAsking } from './asking.ts'
import { contentWords } from './content-terms.ts'
import { koreanContent } from './korean-words.ts'
import type { Analyze } from './passage.ts'

/** A word that carries what is asked, as it is indexed. */
export type QuestionWord = {
  readonly text: string
  /** One, those of a name's parts, or pairs of characters. */
  readonly terms: readonly string[]
  /** Of a script without spaces: of its pairs of characters some agree by chance. */
  readonly isSpaceless: boolean
}

const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/**
 * The words of a question that an answer may repeat, in order, each once: without function words and without those that
 * only ask. Where nothing is left, those of the whole text.
 */
export function questionWords(text: string, analyze: Analyze): QuestionWord[] {
  const words = analysed(contentWords(koreanContent(withoutAsking(text))), analyze)
  return words.length > 0 ? words : analysed(text.split(/\s+/), analyze)
}

/** All terms of the words. */
export function termsOf(words: readonly QuestionWord[]): string[] {
  return words.flatMap(({ terms }) => terms)
}

function analysed(texts: readonly string[], analyze: Analyze): QuestionWord[] {
  const words = new Map<string, QuestionWord>()
  for (const text of texts) {
    const terms = [...new Set(analyze(text))]
    const key = terms.join(' ')
    if (terms.length > 0 && !words.has(key))
      words.set(key, { text, terms, isSpaceless: spaceless.test(text) })
  }
  return [...words.values()]
}
