import { prompt } from '../prompt-files.ts'
import { blankMarkers } from './markers.ts'
import type { Passage } from './passage.ts'
import { asData } from './prompt-data.ts'

export type ChatMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }
export type Turn = { readonly role: 'user' | 'assistant'; readonly content: string }

/** Characters of a turn that a model is shown; how many turns, conversation/history.ts says. */
const MAX_TURN = 1_200

export type AnswerPrompt = {
  readonly question: string
  readonly history: readonly Turn[]
  readonly passages: readonly Passage[]
  /** Why the previous attempt was rejected: see feedbackFor. */
  readonly feedback?: string
}

/** The messages that make a model answer from the passages, with citations. */
export function answerMessages({ question, history, passages, feedback }: AnswerPrompt): ChatMessage[] {
  // The question last, where a small model looks: an instruction within a passage then stands before the real ones.
  const parts = [
    prompt('answer-question', {
      passages: passages.map(passageBlock).join('\n\n'),
      question: asData(question).trim(),
    }),
  ]
  if (feedback) parts.push(prompt('answer-again', { feedback: asData(feedback) }))
  return [
    { role: 'system', content: prompt('answer-rules') },
    ...alternating(history),
    { role: 'user', content: parts.join('\n\n') },
  ]
}

/** The messages that make a model rewrite a follow-up question so that it can be searched for. */
export function condenseMessages({
  question,
  history,
}: Pick<AnswerPrompt, 'question' | 'history'>): ChatMessage[] {
  const turns = alternating(history).map(
    (turn) => `${turn.role === 'user' ? 'User' : 'Assistant'}: ${turn.content}`,
  )
  const values = { conversation: turns.join('\n'), question: asData(question).trim() }
  return [
    { role: 'system', content: prompt('condense-rules') },
    { role: 'user', content: prompt('condense-question', values) },
  ]
}

function passageBlock(passage: Passage): string {
  const about = [passage.title, ...passage.headings].filter((part) => part !== '').join(' > ')
  const title = asData(about)
    .replace(/["\s]+/g, ' ')
    .trim()
  return prompt('passage', { number: `${passage.marker}`, title, text: asData(passage.text) })
}

/**
 * The turns, user and assistant in turn and user first: several models' chat templates refuse anything else. The
 * numbers of earlier answers name other passages, so they go.
 */
function alternating(history: readonly Turn[]): Turn[] {
  const turns: { role: Turn['role']; content: string }[] = []
  for (const turn of history) {
    const text =
      turn.role === 'assistant' ? blankMarkers(turn.content).replace(/[ \t]{2,}/g, ' ') : turn.content
    const whole = asData(text).trim()
    if (whole === '') continue
    const content = whole.length > MAX_TURN ? `${whole.slice(0, MAX_TURN)}…` : whole
    const last = turns.at(-1)
    if (last?.role === turn.role) last.content += `\n${content}`
    else if (last !== undefined || turn.role === 'user') turns.push({ role: turn.role, content })
  }
  // The question follows as a user's turn; an earlier question that got no answer must not stand before it.
  if (turns.at(-1)?.role === 'user') turns.pop()
  return turns
}
