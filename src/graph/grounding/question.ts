import { expectedIn } from './answer-type.ts'
import type { Candidate } from './candidates.ts'
import { asksForDefinition, definedIn } from './definition.ts'
import { asksHowTo, instructsIn } from './how-to.ts'
import type { Analyze } from './passage.ts'
import { questionWords, termsOf } from './question-words.ts'
import { type Pair, pairsOf } from './term-pairs.ts'
import { type TermStatistics, textsOf, type WeighedWord, weighedWords } from './term-weights.ts'

/** A question as sentences are compared with it. */
export type Question = {
  readonly text: string
  /** What carries content, and what it tells. */
  readonly words: readonly WeighedWord[]
  /** What a word tells that is in one text of the collection: the unit of their weights. */
  readonly telling: number
  readonly pairs: readonly Pair[]
  readonly isHowTo: boolean
  /** Whether a sentence holds what its wording asks for; undefined where it says nothing. */
  readonly expected: ((candidate: Candidate) => boolean) | undefined
}

export function questionOf(text: string, statistics: TermStatistics, analyze: Analyze): Question {
  const words = questionWords(text, analyze)
  const isHowTo = asksHowTo(text)
  return {
    text,
    words: weighedWords(words, statistics),
    telling: Math.log(textsOf(statistics)),
    pairs: pairsOf(words),
    isHowTo,
    expected: expectation(text, termsOf(words), isHowTo, analyze),
  }
}

function expectation(
  text: string,
  terms: readonly string[],
  isHowTo: boolean,
  analyze: Analyze,
): Question['expected'] {
  if (isHowTo) return ({ plain, quote }) => instructsIn(plain, quote)
  if (asksForDefinition(text)) {
    return ({ plain, terms: own }) => {
      if (!terms.every((term) => own.has(term))) return false
      const subject = definedIn(plain)
      if (subject === undefined) return false
      const defined = new Set(analyze(subject))
      return terms.every((term) => defined.has(term))
    }
  }
  const holds = expectedIn(text)
  return holds && (({ plain }) => holds(plain))
}
