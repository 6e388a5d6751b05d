import { isLight } from './light-words.ts'
import type { QuestionWord } from './question-words.ts'
import type { Presence } from './term-presence.ts'

/** How many of `total` texts of the collection hold a term. */
export type TermStatistics = { readonly total: number; readonly frequencyOf: (term: string) => number }

/**
 * A collection counts as at least so many texts. In one of five, all of one matter, the words of that matter are in each of
 * them and would weigh nothing, so that the words that a question happens to have beside them would decide alone.
 */
const LEAST_TEXTS = 200
const LIGHT = 0.3

/**
 * A word of a question, and what it tells: the idf of BM25, ln(1 + (N − n + ½) / (n + ½)), of the rarest of its terms, since
 * the word is in no more texts than that one.
 */
export type WeighedWord = QuestionWord & { readonly weight: number }

export function weighedWords(
  words: readonly QuestionWord[],
  { total, frequencyOf }: TermStatistics,
): WeighedWord[] {
  const texts = textsOf({ total })
  return words.map((word) => {
    const n = Math.min(texts, ...word.terms.map(frequencyOf))
    const part = isLight(word.text) ? LIGHT : 1
    return { ...word, weight: part * Math.log(1 + (texts - n + 0.5) / (n + 0.5)) }
  })
}

/** How many texts a collection counts as. */
export function textsOf({ total }: Pick<TermStatistics, 'total'>): number {
  return Math.max(total, LEAST_TEXTS)
}

/** Statistics of a few texts, for where none of the collection are at hand. */
export function statisticsOf(texts: readonly ReadonlySet<string>[]): TermStatistics {
  return { total: texts.length, frequencyOf: (term) => texts.filter((terms) => terms.has(term)).length }
}

/** The share of the weight that the words hold which are there, from 0 to 1. */
export function coverage(words: readonly WeighedWord[], presence: Presence): number {
  let sum = 0
  let total = 0
  for (const word of words) {
    sum += word.weight * wordPresence(word, presence)
    total += word.weight
  }
  return total === 0 ? 0 : sum / total
}

/** How surely a word is there, from 0 to 1; half of the pairs of its characters are less than half of it. */
export function wordPresence({ terms, isSpaceless }: QuestionWord, presence: Presence): number {
  const mean = terms.reduce((sum, term) => sum + presence(term), 0) / Math.max(1, terms.length)
  return isSpaceless && terms.length > 1 ? mean ** 2 : mean
}
