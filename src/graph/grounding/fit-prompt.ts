import { cutPassage } from './cut-passage.ts'
import type { Passage } from './passage.ts'
import { type AnswerPrompt, answerMessages, type Turn } from './prompt.ts'
import { tokenBound } from './token-bound.ts'

/** What a chat template puts around a message. */
const perMessage = 16
const betweenPassages = 4
/** Of the room beside rules and question, what the conversation may take where passages need the rest. */
const historyShare = 1 / 3
/** What the first passage has at least: an answer needs something to stand on, and the server has the last word. */
const leastPassage = 64

/** The prompt's tokens, at most. */
export function promptBound(prompt: AnswerPrompt): number {
  return answerMessages(prompt).reduce((sum, { content }) => sum + tokenBound(content) + perMessage, 0)
}

/**
 * The prompt cut to `tokens`: of the conversation its newest exchanges, and of the passages the best, each whole, as
 * fit; the question always stays. The first passage is there in any case, cut behind a sentence where it is too long.
 */
export function fitPrompt(prompt: AnswerPrompt, tokens: number): AnswerPrompt {
  if (promptBound(prompt) <= tokens) return prompt
  const bare = { ...prompt, history: [], passages: [] }
  const base = promptBound(bare)
  const room = tokens - base
  const costs = prompt.passages.map(
    (passage, i) => promptBound({ ...bare, passages: [passage] }) - base + (i > 0 ? betweenPassages : 0),
  )
  const needed = costs.reduce((sum, cost) => sum + cost, 0)
  const history = newestWithin(bare, prompt.history, base + Math.max(room * historyShare, room - needed))
  let left = tokens - promptBound({ ...bare, history })
  const passages: Passage[] = []
  for (const [i, passage] of prompt.passages.entries()) {
    left -= costs[i] ?? 0
    if (left < 0) {
      if (i === 0) passages.push(cutToBound(bare, passage, base + left + (costs[0] ?? 0)))
      break
    }
    passages.push(passage)
  }
  return { ...prompt, history, passages }
}

/**
 * The prompt after a server refused it as too long: cut by what the server says of the sizes, else to half, and by one
 * passage at least where there are several. Null where nothing is left to cut.
 */
export function shorterPrompt(
  prompt: AnswerPrompt,
  sizes: { readonly promptTokens: number | null; readonly contextTokens: number | null },
  answerTokens: number,
): AnswerPrompt | null {
  const { promptTokens, contextTokens } = sizes
  const room = contextTokens === null ? null : contextTokens - Math.min(answerTokens, contextTokens / 2)
  const share = promptTokens && room ? Math.min(0.9, (0.9 * room) / promptTokens) : 0.5
  const bound = promptBound(prompt)
  const fitting = fitPrompt(prompt, Math.floor(bound * share))
  const most = Math.max(1, prompt.passages.length - 1)
  const shorter = { ...fitting, passages: fitting.passages.slice(0, most) }
  return promptBound(shorter) < bound ? shorter : null
}

/** The newest turns, from a question on, that keep the prompt within the tokens. */
function newestWithin(bare: AnswerPrompt, history: readonly Turn[], tokens: number): readonly Turn[] {
  let kept: readonly Turn[] = []
  for (let from = history.length - 1; from >= 0; from -= 1) {
    if (history[from]?.role !== 'user') continue
    const longer = history.slice(from)
    if (promptBound({ ...bare, history: longer }) > tokens) break
    kept = longer
  }
  return kept
}

function cutToBound(bare: AnswerPrompt, passage: Passage, tokens: number): Passage {
  const boundOf = (text: string) => promptBound({ ...bare, passages: [{ ...passage, text }] })
  const most = Math.max(tokens, boundOf('') + leastPassage)
  return cutPassage(passage, (text) => boundOf(text) <= most)
}
