import type { Candidate } from './candidates.ts'
import type { Question } from './question.ts'
import { termsOf } from './question-words.ts'
import { isSignpost } from './signpost.ts'
import { pairShare } from './term-pairs.ts'
import { type Presence, presenceIn } from './term-presence.ts'
import { coverage, wordPresence } from './term-weights.ts'

/**
 * What a term of the question counts where it stands above the sentence, in the sentence before or in the one after,
 * and not in it. These and the numbers below were fitted on one half of SQuAD's articles, as the log-odds that a sentence
 * holds the answer, in units of a full coverage, and hold as well on the other (docs/decisions/0035).
 */
const ABOVE = 0.73
const BEFORE = 0.54
const AFTER = 0.16
/** Words of the question that stand together there and here. */
const PHRASE = 0.18
const RANK = 0.17
const TYPE = 0.18
const SCRAP = 0.13
/** A scrap holds fewer words than this. */
const SCRAP_TERMS = 4
/** Not fitted: SQuAD has no sections. A heading that says what is asked for, and its first sentence twice as much. */
const SECTION = 0.12
const SIGNPOST = 0.2
/** A piece of a sentence. */
const FRAGMENT = 0.15
/** Taken from what is no statement. Large enough that any statement that covers anything wins. */
const NO_STATEMENT = 1
const bracketed = /^[(（[][^()（）]*[)）\]][.。]?$/
const asks = /[?？؟]["”’)]*$/

/** How likely the sentence is to hold the answer, as log-odds in units of CERTAINTY; less than 0 for what states nothing. */
export function scoreSentence(candidate: Candidate, question: Question): number {
  const { plain, sequence, rank, kind, terms } = candidate
  let score = coverage(question.words, around(candidate)) + RANK / (1 + rank)
  score += PHRASE * pairShare(question.pairs, sequence)
  score += SECTION * sectionFit(candidate, question) * (1 + 1 / (1 + candidate.depth))
  if (question.expected?.(candidate)) score += TYPE
  if (terms.size < SCRAP_TERMS) score -= SCRAP
  if (isFragment(candidate)) score -= FRAGMENT
  if (isSignpost(plain)) score -= SIGNPOST
  if (kind === 'heading' || kind === 'code' || asks.test(plain)) score -= NO_STATEMENT
  return score
}

function isFragment({ plain, kind }: Candidate): boolean {
  return bracketed.test(plain) || (kind === 'prose' && /^(?:\p{Ll}|\.{3}|…)/u.test(plain))
}

/** How far the nearest heading says what the question does, and no more: the harmonic mean of both shares. */
export function sectionFit({ heading }: Candidate, { words }: Question): number {
  if (heading.length === 0) return 0
  const asked = coverage(words, presenceIn(new Set(termsOf(heading))))
  const inQuestion = presenceIn(new Set(termsOf(words)))
  const said = heading.reduce((sum, word) => sum + wordPresence(word, inQuestion), 0) / heading.length
  return asked + said === 0 ? 0 : (2 * asked * said) / (asked + said)
}

/** How surely the sentence speaks of a term. */
export function around({ inside, above, before, after }: Candidate): Presence {
  return (term) => {
    let sum = 0
    let most = 0
    for (const [presence, part] of [
      [inside, 1],
      [above, ABOVE],
      [before, BEFORE],
      [after, AFTER],
    ] as const) {
      const more = presence(term) - most
      if (more <= 0) continue
      sum += part * more
      most += more
    }
    return sum
  }
}
