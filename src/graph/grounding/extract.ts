import { type Candidate, cutPassage } from './candidates.ts'
import { chooseSentences } from './choose-sentences.ts'
import { bearsOn } from './evidence.ts'
import { ledTo } from './lead-on.ts'
import type { Analyze, Passage } from './passage.ts'
import { questionOf } from './question.ts'
import { scoreSentence } from './score-sentence.ts'
import { statisticsOf, type TermStatistics } from './term-weights.ts'

export type ExtractedSentence = {
  /** Readable: Markdown taken off, but for fenced code. */
  readonly text: string
  readonly marker: number
  /** Verbatim from the passage. */
  readonly quote: string
  /** Offsets of the quote in the document, UTF-16, end exclusive. */
  readonly start: number
  readonly end: number
  /** How it is written where it is no sentence of a paragraph. */
  readonly form?: 'item' | 'code'
}

export type ExtractOptions = {
  readonly question: string
  readonly passages: readonly Passage[]
  readonly analyze: Analyze
  /** Of the collection, for the terms of the question. @default estimated from the passages */
  readonly statistics?: TermStatistics | undefined
  /** Lists and code that a sentence leads to are not counted. @default 3 */
  readonly maxSentences?: number
}

/**
 * Answers a question with sentences of the passages, best passage first and in the document's order within it, or
 * with null where the passages do not bear on the question. Deterministic; no model takes part.
 */
export function extractAnswer(options: ExtractOptions): ExtractedSentence[] | null {
  const { analyze, maxSentences = 3 } = options
  const passages = [...options.passages]
    .sort((a, b) => b.score - a.score || a.marker - b.marker)
    .map((passage, rank) => cutPassage(passage, rank, analyze))
  const statistics = options.statistics ?? statisticsOf(passages.map(({ terms }) => terms))
  const question = questionOf(options.question, statistics, analyze)
  const scored = passages
    .flatMap(({ candidates }) => candidates)
    .map((candidate) => ({ candidate, score: scoreSentence(candidate, question) }))
    .sort((a, b) => b.score - a.score)
  const best = scored[0]?.candidate
  if (question.words.length === 0 || best === undefined) return null
  if (!bearsOn(best, passages[best.rank]?.terms ?? best.terms, question)) return null
  const chosen = chooseSentences(scored, maxSentences)
  const whole = chosen.flatMap((sentence) => [
    sentence,
    ...ledTo(sentence, passages[sentence.rank]?.candidates ?? [], question.isHowTo),
  ])
  // What a sentence leads to may have been chosen by itself.
  return [...new Set(whole)].map((candidate) => extracted(candidate, chosen.includes(candidate)))
}

function extracted(
  { plain, kind, passage, quote, start, end }: Candidate,
  alone: boolean,
): ExtractedSentence {
  const at = { marker: passage.marker, quote, start, end }
  if (kind === 'code' && !alone) return { text: quote, ...at, form: 'code' }
  return kind === 'item' && !alone ? { text: plain, ...at, form: 'item' } : { text: plain, ...at }
}
