import { type Candidate, type CutPassage, cutPassage } from './candidates.ts'
import { chooseSentences } from './choose-sentences.ts'
import { bearsOn } from './evidence.ts'
import { ledTo } from './lead-on.ts'
import type { Analyze, Passage } from './passage.ts'
import { type Question, questionOf } from './question.ts'
import { scoreSentence, sectionFit } from './score-sentence.ts'
import { statisticsOf, type TermStatistics } from './term-weights.ts'
import { listAround, ordinalOf } from './whole-list.ts'

/** From here a heading says what is asked for. */
const SECTION_ASKED = 0.6

const colon = /[:：]$/

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
  const best = scored[0]
  const home = passages[best?.candidate.rank ?? 0]
  if (question.words.length === 0 || !best || !home || !bearsOn(best, home, question)) return null
  const chosen = chooseSentences(scored, maxSentences)
  const { required } = question
  if (required && !chosen.some(({ plain }) => required(plain))) return null
  const listed = new Set<Candidate>()
  const whole = chosen.flatMap((sentence) => {
    const siblings = passages[sentence.rank]?.candidates ?? []
    const list = asksForList(sentence, question) ? listAround(sentence, siblings) : []
    const led = ledTo(sentence, siblings, question.isHowTo)
    for (const candidate of [...list, ...led]) listed.add(candidate)
    return list.length > 0 ? list : [sentence, ...led]
  })
  // What a sentence leads to may have been chosen by itself.
  const all = [...new Set(withHeading(whole, passages, question))]
  return all.map((candidate, i) =>
    extracted(candidate, !listed.has(candidate), leadsNowhere(candidate, all[i + 1])),
  )
}

/** With the heading in front where that has what is asked for and no sentence has: "2.4.0 (18 March 2025)". */
function withHeading(
  whole: readonly Candidate[],
  passages: readonly CutPassage[],
  { expected, isHowTo }: Question,
): readonly Candidate[] {
  const [first] = whole
  if (!expected || isHowTo || !first || whole.some((candidate) => expected(candidate))) return whole
  const before = passages[first.rank]?.candidates.slice(0, first.index) ?? []
  const heading = before.findLast(({ kind }) => kind === 'heading')
  return heading && expected(heading) ? [heading, ...whole] : whole
}

/** A sentence that ends in a colon without what that leads to. */
function leadsNowhere(candidate: Candidate, next: Candidate | undefined): boolean {
  const follows = next?.rank === candidate.rank && next.index === candidate.index + 1
  return colon.test(candidate.plain) && !follows
}

/** Whether an item is wanted with the others: a step of a way to do it, or of a section that is what was asked for. */
function asksForList(candidate: Candidate, question: Question): boolean {
  if (candidate.kind !== 'item') return false
  if (question.isHowTo && ordinalOf(candidate.quote) !== undefined) return true
  return question.expected === undefined && sectionFit(candidate, question) >= SECTION_ASKED
}

function extracted(
  { plain, kind, passage, quote, start, end }: Candidate,
  alone: boolean,
  isCut: boolean,
): ExtractedSentence {
  const at = { marker: passage.marker, quote, start, end }
  if (kind === 'code' && !alone) return { text: quote, ...at, form: 'code' }
  const text = isCut ? plain.replace(colon, (mark) => (mark === ':' ? '.' : '。')) : plain
  return kind === 'item' && !alone ? { text, ...at, form: 'item' } : { text, ...at }
}
