import type { CutPassage } from './candidates.ts'
import type { Scored } from './choose-sentences.ts'
import type { Question } from './question.ts'
import { around } from './score-sentence.ts'
import { pairShare } from './term-pairs.ts'
import { presenceIn } from './term-presence.ts'
import { coverage, wordPresence } from './term-weights.ts'

/**
 * Log-odds that a question is one that its passages bear on, by its best sentence: fitted on one half of the questions of
 * SQuAD, XQuAD and our own, each asked with and without what answers it (docs/decisions/0040).
 */
const BIAS = -6.7
const WEIGHTS = [2.22, 1.56, 2.62, 2.47, -0.82, 2.54, -1.59, -0.59, -0.56] as const
/** At this, 4 to 5 in a hundred questions of SQuAD are refused that could be answered. */
const LEAST = -1.15
const MOST_TOGETHER = 0.5

/** Whether the best sentence and its passage bear on the question. */
export function bearsOn(best: Scored, passage: CutPassage, question: Question): boolean {
  const signs = signsOf(best, passage, question)
  return WEIGHTS.reduce((sum, weight, i) => sum + weight * (signs[i] ?? 0), BIAS) >= LEAST
}

/** What tells whether a question is answered, each from 0 to about 1, in the order of WEIGHTS. */
function signsOf(
  { candidate, score }: Scored,
  passage: CutPassage,
  { words, telling, pairs, names, specifics }: Question,
): number[] {
  const inPassage = presenceIn(passage.terms)
  const sentence = coverage(words, around(candidate))
  const weight = words.reduce((sum, word) => sum + word.weight, 0)
  const lacks = (kind: (text: string) => boolean) =>
    specifics.some((word) => kind(word.text) && wordPresence(word, inPassage) < 0.5) ? 1 : 0
  const isNumber = (text: string) => /^\p{N}/u.test(text)
  return [
    // The share of the question that the passage and its best sentence bear on.
    coverage(words, inPassage),
    sentence,
    // Words that are in every tenth passage are together in one by chance: what is found must be rarer than that.
    Math.min(1, (sentence * weight) / telling),
    Math.min(MOST_TOGETHER, pairShare(pairs, candidate.sequence)),
    // Of pairs of characters some agree by chance.
    words.some(({ isSpaceless }) => isSpaceless) ? 1 : 0,
    score,
    // A name that is not there, or whose words are there apart, and a number: it is about something else.
    lacks((text) => !isNumber(text)),
    lacks(isNumber),
    names.some((name) => isApart(name, passage)) ? 1 : 0,
  ]
}

/** Whether no two words of a name stand together in the passage, its title or its headings. */
function isApart(name: readonly string[], { candidates, outer }: CutPassage): boolean {
  const pairs = name.slice(1).map((term, i) => [name[i] ?? '', term] as const)
  return ![outer, ...candidates.map(({ sequence }) => sequence)].some((each) => pairShare(pairs, each) > 0)
}
