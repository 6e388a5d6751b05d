import { expectedIn } from './answer-type.ts'
import { type Candidate, candidatesOf, passageTerms } from './candidates.ts'
import { contentTerms } from './content-terms.ts'
import type { Analyze, Passage } from './passage.ts'
import { type Presence, presenceIn } from './term-presence.ts'
import { coverage, statisticsOf, type TermStatistics, termWeights } from './term-weights.ts'

export type ExtractedSentence = {
  /** Readable: Markdown taken off. */
  readonly text: string
  readonly marker: number
  /** Verbatim from the passage. */
  readonly quote: string
  /** Offsets of the quote in the document, UTF-16, end exclusive. */
  readonly start: number
  readonly end: number
}

export type ExtractOptions = {
  readonly question: string
  readonly passages: readonly Passage[]
  readonly analyze: Analyze
  /** Of the collection. @default estimated from the sentences of the passages */
  readonly statistics?: TermStatistics
  /** @default 3 */
  readonly maxSentences?: number
}

/**
 * The least that the best passage's coverage of the question and its best sentence's, together at most 2, may be.
 * Measured on SQuAD with five passages of other topics beside the right one: 4 % of the questions go unanswered;
 * without the right one, 98 % (picked at random) or 68 % (picked by BM25 to look like it) are refused.
 */
const MIN_EVIDENCE = 0.78
/**
 * What every content word counts at least. Passages of one topic share its words; without this, those that they lack
 * would decide alone (questions left unanswered among passages of one article: 0.06 without, 0.03 with).
 */
const LEAST_WEIGHT = 0.4
/** A sentence joins the answer only if it scores at least this share of the best one. */
const MIN_RELATIVE_SCORE = 0.5
/** What a term counts where it stands beside the sentence, or above it, instead of in it. */
const BESIDE = 0.35
const ABOVE = 0.45
const TYPE_BONUS = 0.12
const RANK_BONUS = 0.2
/** Maximal marginal relevance: how much likeness to a chosen sentence counts against one. */
const REDUNDANCY = 0.5
/** Taken from what is no statement. Large enough that any statement that covers anything wins. */
const NO_STATEMENT = 1

type Weights = ReadonlyMap<string, number>
type Scored = { readonly candidate: Candidate; readonly score: number }

/**
 * Answers a question with sentences of the passages, best passage first and in the document's order within it, or
 * with null where the passages do not bear on the question. Deterministic; no model takes part.
 */
export function extractAnswer(options: ExtractOptions): ExtractedSentence[] | null {
  const { question, analyze, maxSentences = 3 } = options
  const passages = [...options.passages].sort((a, b) => b.score - a.score || a.marker - b.marker)
  const found = passages.map((passage, rank) => {
    const candidates = candidatesOf(passage, analyze)
    return { rank, candidates, terms: passageTerms(passage, candidates, analyze) }
  })
  const terms = contentTerms(question, analyze)
  // Which passage bears on the question is judged by what tells passages apart, which sentence by what tells sentences.
  const evident = termWeights(terms, statisticsOf(found.map((f) => f.terms)), LEAST_WEIGHT)
  const bearing = found.filter((f) => evidence(f.candidates, presenceIn(f.terms), evident) >= MIN_EVIDENCE)
  if (evident.size === 0 || bearing.length === 0) return null
  const telling = termWeights(
    terms,
    options.statistics ?? statisticsOf(found.flatMap((f) => f.candidates.map((c) => c.terms))),
  )
  const expected = expectedIn(question)
  const scored = bearing.flatMap((f) =>
    f.candidates.map((c) => ({ candidate: c, score: score(c, f.rank, telling, expected) })),
  )
  return inReadingOrder(choose(scored, maxSentences)).map(({ plain, passage, quote, start, end }) => ({
    text: plain,
    marker: passage.marker,
    quote,
    start,
    end,
  }))
}

function evidence(candidates: readonly Candidate[], whole: Presence, weights: Weights): number {
  return (
    coverage(weights, whole) +
    Math.max(0, ...candidates.map((candidate) => coverage(weights, around(candidate))))
  )
}

function around({ inside, beside, above }: Candidate): Presence {
  return (term) => Math.max(inside(term), ABOVE * above(term), BESIDE * beside(term))
}

function score(candidate: Candidate, rank: number, weights: Weights, expected?: RegExp): number {
  const { terms, plain, kind } = candidate
  let total = coverage(weights, around(candidate)) + RANK_BONUS / (1 + rank)
  if (expected?.test(plain)) total += TYPE_BONUS
  if (kind === 'heading' || kind === 'code' || /[?？]["”’)]*$/.test(plain)) total -= NO_STATEMENT
  // A lead-in without what it leads to, and a scrap of a few words, say little.
  if (/[:：]$/.test(plain)) total -= 0.1
  if (terms.size < 4) total -= 0.15
  return total
}

function choose(scored: readonly Scored[], max: number): Candidate[] {
  const chosen: Scored[] = []
  const left = [...scored]
  while (chosen.length < max && left.length > 0) {
    const marginal = left.map((s) => s.score - REDUNDANCY * likeness(s.candidate, chosen) * s.score)
    const best = marginal.indexOf(Math.max(...marginal))
    const next = left.splice(best, 1)[0]
    const first = chosen[0]
    if (next === undefined) break
    if (first !== undefined && (marginal[best] ?? 0) < MIN_RELATIVE_SCORE * first.score) break
    // Nothing but headings or code was found: one of them is shown, no more.
    if (first !== undefined && first.score < 0) break
    chosen.push(next)
  }
  return chosen.map((s) => s.candidate)
}

/** The largest share of words that the sentence has in common with a chosen one. */
function likeness(candidate: Candidate, chosen: readonly Scored[]): number {
  return Math.max(
    0,
    ...chosen.map(({ candidate: other }) => {
      const common = [...candidate.terms].filter((term) => other.terms.has(term)).length
      return common / Math.max(1, Math.min(candidate.terms.size, other.terms.size))
    }),
  )
}

function inReadingOrder(chosen: readonly Candidate[]): Candidate[] {
  const order = [...new Set(chosen.map((c) => c.passage))]
  return [...chosen].sort((a, b) => order.indexOf(a.passage) - order.indexOf(b.passage) || a.start - b.start)
}
