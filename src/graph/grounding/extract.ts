import { expectedIn } from './answer-type.ts'
import { type Candidate, candidatesOf, passageTerms } from './candidates.ts'
import { chooseSentences } from './choose-sentences.ts'
import { contentTerms } from './content-terms.ts'
import type { Analyze, Passage } from './passage.ts'
import { type Pair, pairShare, pairsOf } from './term-pairs.ts'
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
 * Measured on SQuAD with five passages of other topics beside the right one: 2 to 5 % of the questions go unanswered;
 * without the right one, 99 % (picked at random) or 55 % (picked by BM25 to look like it) are refused.
 */
const MIN_EVIDENCE = 0.72
/** Of two content words, finding one is half the weight and no evidence: "capital of France", "in capital letters". */
const MIN_EVIDENCE_SHORT = 1.1
const SHORT_QUESTION = 2
/** Thai is analysed as pairs of some seventy letters, of which many agree by chance. */
const MIN_EVIDENCE_THAI = 1
/**
 * What every content word counts at least. Passages of one topic share its words; without this, those that they lack
 * would decide alone (questions left unanswered among passages of one article: 0.06 without, 0.03 with).
 */
const LEAST_WEIGHT = 0.4
/** What a term counts where it stands beside the sentence, or above it, instead of in it. */
const BESIDE = 0.35
const ABOVE = 0.45
/** On SQuAD more than this moved wrong sentences to the front. */
const TYPE_BONUS = 0.06
const RANK_BONUS = 0.2
/** Words of the question that stand together there and here. It raised the right first sentence from 53 to 61 %. */
const PHRASE_BONUS = 0.4
/** What leans on the sentence before reads badly alone. English only. */
const leaning =
  /^(?:and|but|so|this|that|these|those|then|also|because|for example|however|here|in this case|the same way|now)\b/i
const LEANING = 0.1
/** Taken from what is no statement. Large enough that any statement that covers anything wins. */
const NO_STATEMENT = 1

type Weights = ReadonlyMap<string, number>

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
  const bearing = found.filter(
    (f) => evidence(f.candidates, presenceIn(f.terms), evident) >= leastEvidence(question, evident.size),
  )
  if (evident.size === 0 || bearing.length === 0) return null
  const telling = termWeights(
    terms,
    options.statistics ?? statisticsOf(found.flatMap((f) => f.candidates.map((c) => c.terms))),
  )
  const expected = expectedIn(question)
  const pairs = pairsOf(terms)
  const scored = bearing.flatMap((f) =>
    f.candidates.map((c) => ({ candidate: c, score: score(c, f.rank, telling, pairs, expected) })),
  )
  return chooseSentences(scored, maxSentences).map(({ plain, passage, quote, start, end }) => ({
    text: plain,
    marker: passage.marker,
    quote,
    start,
    end,
  }))
}

function leastEvidence(question: string, terms: number): number {
  if (/\p{Script=Thai}/u.test(question)) return MIN_EVIDENCE_THAI
  return terms <= SHORT_QUESTION ? MIN_EVIDENCE_SHORT : MIN_EVIDENCE
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

function score(
  candidate: Candidate,
  rank: number,
  weights: Weights,
  pairs: readonly Pair[],
  expected?: RegExp,
): number {
  const { terms, plain, kind } = candidate
  let total = coverage(weights, around(candidate)) + RANK_BONUS / (1 + rank)
  total += PHRASE_BONUS * pairShare(pairs, candidate.sequence)
  if (expected?.test(plain)) total += TYPE_BONUS
  if (kind === 'heading' || kind === 'code' || /[?？]["”’)]*$/.test(plain)) total -= NO_STATEMENT
  // A lead-in without what it leads to, and a scrap of a few words, say little.
  if (/[:：]$/.test(plain)) total -= 0.1
  if (terms.size < 4) total -= 0.15
  if (leaning.test(plain)) total -= LEANING
  return total
}
