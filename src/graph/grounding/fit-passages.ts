import type { Passage } from './passage.ts'
import { type AnswerPrompt, answerMessages } from './prompt.ts'
import { tokenBound } from './token-bound.ts'

/** What a chat template puts around a message. */
const perMessage = 16

/** The prompt's tokens, at most. */
export function promptBound(prompt: AnswerPrompt): number {
  return answerMessages(prompt).reduce((sum, { content }) => sum + tokenBound(content) + perMessage, 0)
}

/**
 * The prompt with as many of its passages, best first and each whole, as fit into `tokens`; with the first in any case,
 * because the bound is not exact and the server has the last word.
 */
export function fitPassages(prompt: AnswerPrompt, tokens: number): AnswerPrompt {
  const bare = promptBound({ ...prompt, passages: [] })
  let left = tokens - bare
  const passages: Passage[] = []
  for (const passage of prompt.passages) {
    left -= promptBound({ ...prompt, passages: [passage] }) - bare
    if (left < 0 && passages.length > 0) break
    passages.push(passage)
  }
  return { ...prompt, passages }
}

/**
 * The prompt after a server refused it as too long: cut by what the server says of the sizes, else to half, and by one
 * passage at least. Null where only one is left.
 */
export function fewerPassages(
  prompt: AnswerPrompt,
  sizes: { readonly promptTokens: number | null; readonly contextTokens: number | null },
  answerTokens: number,
): AnswerPrompt | null {
  const { passages } = prompt
  if (passages.length < 2) return null
  const { promptTokens, contextTokens } = sizes
  const room = contextTokens === null ? null : contextTokens - Math.min(answerTokens, contextTokens / 2)
  const share = promptTokens && room ? Math.min(0.9, (0.9 * room) / promptTokens) : 0.5
  const fitting = fitPassages(prompt, Math.floor(promptBound(prompt) * share))
  return { ...prompt, passages: fitting.passages.slice(0, passages.length - 1) }
}
