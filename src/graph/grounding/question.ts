import { expectedIn } from './answer-type.ts'
import type { Candidate } from './candidates.ts'
import { asksForDefinition, definedIn } from './definition.ts'
import { asksHowTo, instructsIn } from './how-to.ts'
import { namesIn } from './names.ts'
import type { Analyze } from './passage.ts'
import { type QuestionWord, questionWords, termsOf } from './question-words.ts'
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
  /** Its names of several words: the terms of each. */
  readonly names: readonly (readonly string[])[]
  /** Its names and numbers, word for word. */
  readonly specifics: readonly QuestionWord[]
  readonly isHowTo: boolean
  /** Whether a sentence holds what its wording asks for; undefined where it says nothing. */
  readonly expected: ((candidate: Candidate) => boolean) | undefined
  /** What its answer must hold: who asks for a price is not answered without one. */
  readonly required: ((sentence: string) => boolean) | undefined
}

export function questionOf(text: string, statistics: TermStatistics, analyze: Analyze): Question {
  const words = questionWords(text, analyze)
  const names = namesIn(text)
  const type = expectedIn(text)
  const named = new Set(names.flat())
  const isHowTo = asksHowTo(text)
  return {
    text,
    words: weighedWords(words, statistics),
    telling: Math.log(textsOf(statistics)),
    pairs: pairsOf(words),
    names: names.filter((name) => name.length > 1).map((name) => name.map((word) => analyze(word)[0] ?? '')),
    specifics: words.filter(
      (word) => /^\p{N}/u.test(word.text) || named.has(word.text.replace(/['’]s$/, '')),
    ),
    isHowTo,
    required: type?.isStrict ? type.isIn : undefined,
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
  const type = expectedIn(text)
  return type && (({ plain }) => type.isIn(plain))
}
