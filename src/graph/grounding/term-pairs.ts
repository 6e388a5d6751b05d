import type { QuestionWord } from './question-words.ts'

/** Two content terms that follow each other in a question: "path parameter". */
export type Pair = readonly [first: string, second: string]

/** Words that may stand between the two in a sentence. */
const REACH = 2

export function pairsOf(words: readonly QuestionWord[]): Pair[] {
  return words.slice(1).map((word, i) => [words[i]?.terms.at(-1) ?? '', word.terms[0] ?? ''] as const)
}

/** The share of the pairs whose second term follows the first closely in the sequence, from 0 to 1. */
export function pairShare(pairs: readonly Pair[], sequence: readonly string[]): number {
  if (pairs.length === 0) return 0
  const places = new Map<string, number[]>()
  for (const [at, term] of sequence.entries()) places.set(term, [...(places.get(term) ?? []), at])
  const found = pairs.filter(([first, second]) =>
    (places.get(first) ?? []).some((at) => sequence.slice(at + 1, at + 1 + REACH).includes(second)),
  )
  return found.length / pairs.length
}
