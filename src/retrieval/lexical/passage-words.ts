import { type Analysis, analysisOf } from './analyze.ts'
import { documentWeight, sparsevecLiteral, termFrequencies } from './bm25.ts'
import { termIds } from './term-id.ts'

/** The words of a passage as BM25 sees them: those of its title, its headings and its text. */
export interface PassageWords {
  readonly frequencies: ReadonlyMap<number, number>
  /** Terms, repetitions included, without single characters: BM25's document length. */
  readonly length: number
}

/** What a passage's words are weighed with until its collection's average length is known. */
export const assumedAverageLength = 128

export interface Passage {
  readonly title: string
  readonly headings: readonly string[]
  readonly text: string
  /** By which its words are analysed; null where unknown. */
  readonly language: string | null
}

/** Of its title, its headings and its text. */
export function passageAnalysis({ title, headings, text, language }: Passage): Analysis {
  // The outermost heading mostly is the title, and the innermost stands in the text: each counts once.
  const above = headings.filter((heading) => heading !== title && !text.includes(heading))
  return analysisOf([title, ...above, text].join('\n'), language)
}

export function passageWords(collectionId: string, passage: Passage): PassageWords {
  const { terms, characters } = passageAnalysis(passage)
  const frequencies = termFrequencies([...terms, ...characters], termIds(collectionId))
  return { frequencies, length: terms.length }
}

/** As pgvector's sparsevec. */
export function passageWeights({ frequencies, length }: PassageWords, averageLength: number): string {
  const weights = [...frequencies].map(
    ([id, frequency]) => [id, documentWeight(frequency, length, averageLength)] as const,
  )
  return sparsevecLiteral(weights)
}
