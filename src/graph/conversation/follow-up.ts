import type { QueryContext } from '../../retrieval/retrieval.ts'
import { blankMarkers } from '../grounding/markers.ts'
import { isRefusal } from '../grounding/no-evidence.ts'
import type { Turn } from '../grounding/prompt.ts'

/** Words (or, without spaces, characters) up to which a question can hardly stand alone. */
const shortQuestion = { words: 4, characters: 12 } as const
const pronouns = new Set(
  (
    'it its they them their theirs this that these those he him his she her hers one ones there then former latter ' +
    'same er sie es ihn ihm ihr ihre dies diese dieser dieses jene jener jenes dort il elle ils elles ce cette ces ' +
    'el ella ellos este esta eso он она оно они его её ее их это этот эта эти там'
  ).split(' '),
)
const leadIn = /^(?:and|but|or|so|also|what about|how about|und|aber|et|mais|y|а|и|но)(?![\p{L}\p{M}])/iu

/**
 * How far back words are taken from, and what those of the last turn count beside the question's; of each turn before,
 * `decay` times that. Measured in docs/EVALUATION.md, and flat around these.
 */
const reach = { turns: 3, user: 0.4, assistant: 0.15, decay: 0.5 } as const
/** The beginning of a turn says what it is about. In UTF-16 units. */
const longest = { user: 500, assistant: 1_000 } as const

/**
 * A question after others, without a model to rewrite it. Its own words stay what is searched for, and the words of the
 * conversation count beside them: in any language, and also where nothing shows that the question leans on what was said.
 * Null where nothing was said before.
 */
export function inContext(question: string, history: readonly Turn[]): QueryContext | null {
  if (history.length === 0) return null
  const seen = { user: 0, assistant: 0 }
  const words = history.toReversed().flatMap(({ role, content }) => {
    const age = seen[role]++
    // That the passages do not say it is about nothing.
    if (age >= reach.turns || (role === 'assistant' && isRefusal(content))) return []
    const text = (role === 'assistant' ? blankMarkers(content) : content).slice(0, longest[role])
    return [{ text: text.toWellFormed(), weight: reach[role] * reach.decay ** age }]
  })
  return { standalone: withPrevious(question, history), words }
}

/**
 * For models, which read sentences: a question that is short, begins with "and" or refers back ("it", "their") behind
 * the one before it.
 */
export function withPrevious(question: string, history: readonly Turn[]): string {
  const previous = history.findLast((turn) => turn.role === 'user')?.content
  if (previous === undefined) return question
  const trimmed = question.trim()
  const words = trimmed.split(/\s+/)
  const short =
    words.length === 1 ? trimmed.length <= shortQuestion.characters : words.length <= shortQuestion.words
  return short || leadIn.test(trimmed) || refersBack(question) ? `${previous} ${question}` : question
}

function refersBack(question: string): boolean {
  return question.split(/[^\p{L}\p{M}]+/u).some((word) => pronouns.has(word.toLowerCase()))
}
