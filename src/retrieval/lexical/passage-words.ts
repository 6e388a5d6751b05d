import { analyze } from './analyze.ts'
import { documentWeight, sparsevecLiteral, termFrequencies } from './bm25.ts'
import { termIds } from './term-id.ts'

/** The words of a passage as BM25 sees them: those of its title, its headings and its text. */
export interface PassageWords {
  readonly frequencies: ReadonlyMap<number, number>
  /** Terms, repetitions included: BM25's document length. */
  readonly length: number
}

/** What a passage's words are weighed with until its collection's average length is known. */
export const assumedAverageLength = 128

export interface Passage {
  readonly title: string
  readonly headings: readonly string[]
  readonly text: string
}

/** Its terms in their order, with repetitions. */
export function passageTerms({ title, headings, text }: Passage): string[] {
  // The outermost heading mostly is the title, and the innermost stands in the text: each counts once.
  const above = headings.filter((heading) => heading !== title && !text.includes(heading))
  return analyze([title, ...above, text].join('\n'))
}

export function passageWords(collectionId: string, passage: Passage): PassageWords {
  const terms = passageTerms(passage)
  return { frequencies: termFrequencies(terms, termIds(collectionId)), length: terms.length }
}

/** As pgvector's sparsevec. */
export function passageWeights({ frequencies, length }: PassageWords, averageLength: number): string {
  const weights = [...frequencies].map(
    ([id, frequency]) => [id, documentWeight(frequency, length, averageLength)] as const,
  )
  return sparsevecLiteral(weights)
}
