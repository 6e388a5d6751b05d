import type { ExchangeRow } from '../../db/sql/run-context.ts'
import { cutToTokens, estimateTokens } from '../../lib/estimate-tokens.ts'
import type { Turn } from '../grounding/prompt.ts'

/** What a model is shown of the conversation before: small ones follow the passages worse behind a long history. */
export interface History {
  /** Oldest first. */
  readonly turns: readonly Turn[]
  /** What was said before those, as a question and its answer; empty where nothing was, or no model has told it. */
  readonly summary: readonly Turn[]
}

/** Tokens by estimate, about 1.5 times what they are. */
export const historyBudget = {
  /** Of all turns that are told word for word. */
  turns: 1_600,
  /** Of one question or answer; the rest of it is cut off. */
  turn: 400,
} as const
/** Rows and characters of each text that are read at the most: more cannot be within the budget. */
export const historyRead = { exchanges: 50, characters: 2_000 } as const

/** A question and its answer, or the question alone. */
export function turnsOf({ question, answer }: ExchangeRow): Turn[] {
  const asked = { role: 'user', content: cutToTokens(question, historyBudget.turn) } as const
  return answer === null
    ? [asked]
    : [asked, { role: 'assistant', content: cutToTokens(answer, historyBudget.turn) }]
}

/** How many of the exchanges, newest first, are within the tokens: whole ones, without a gap. */
export function countWithin(newestFirst: readonly ExchangeRow[], tokens: number): number {
  let sum = 0
  const beyond = newestFirst.findIndex((exchange) => {
    sum += turnsOf(exchange).reduce((total, { content }) => total + estimateTokens(content), 0)
    return sum > tokens
  })
  return beyond < 0 ? newestFirst.length : beyond
}

/** The newest exchanges that are within the budget, oldest first, behind what is told of the others. */
export function chooseHistory(newestFirst: readonly ExchangeRow[], summary: string | null): History {
  const count = countWithin(newestFirst, historyBudget.turns)
  const turns = newestFirst.slice(0, count).toReversed().flatMap(turnsOf)
  return { turns, summary: count < newestFirst.length && summary !== null ? told(summary) : [] }
}

/** As turns, since chat templates know nothing else, and a system's word it is not. */
function told(summary: string): Turn[] {
  return [
    { role: 'user', content: 'Sum up what we have talked about so far.' },
    { role: 'assistant', content: summary },
  ]
}
