import type { Candidate } from './candidates.ts'
import type { Question } from './question.ts'
import { around } from './score-sentence.ts'
import { pairShare } from './term-pairs.ts'
import { type Presence, presenceIn } from './term-presence.ts'
import { coverage } from './term-weights.ts'

/**
 * Log-odds that a question is one that its passages bear on, by its best sentence: fitted on one half of SQuAD's articles,
 * each question asked with and without the right article (docs/decisions/0035).
 */
const PASSAGE = 6.45
const SENTENCE = 2.04
const RARE = 4.34
const TOGETHER = 3.06
const BIAS = -9.37
const MOST_TOGETHER = 0.5
/** At this, 3 to 4 in a hundred questions of SQuAD are refused that could be answered. */
const LEAST = -1.4
/** Thai is analysed as pairs of some seventy letters, of which many agree by chance. */
const LEAST_THAI = 0.6

/** Whether the best sentence and its passage bear on the question. */
export function bearsOn(best: Candidate, passage: ReadonlySet<string>, question: Question): boolean {
  const least = /\p{Script=Thai}/u.test(question.text) ? LEAST_THAI : LEAST
  return evidence(best, presenceIn(passage), question) >= least
}

function evidence(best: Candidate, passage: Presence, { words, telling, pairs }: Question): number {
  const sentence = coverage(words, around(best))
  const weight = words.reduce((sum, word) => sum + word.weight, 0)
  // Words that are in every tenth passage are together in one by chance: what is found must be rarer than that.
  const rare = Math.min(1, (sentence * weight) / telling)
  const together = Math.min(MOST_TOGETHER, pairShare(pairs, best.sequence))
  return BIAS + PASSAGE * coverage(words, passage) + SENTENCE * sentence + RARE * rare + TOGETHER * together
}
