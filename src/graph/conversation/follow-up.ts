import type { WeightedText } from '../../retrieval/lexical/context-concepts.ts'
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
 * `decay` times that, and `standsAlone` times where nothing shows that the question leans on them: it may be about
 * something else. Measured in docs/EVALUATION.md, and flat around these.
 */
const reach = { turns: 3, user: 0.4, assistant: 0.15, decay: 0.5, standsAlone: 0.5 } as const
/** The beginning of a turn says what it is about. In UTF-16 units. */
const longest = { user: 500, assistant: 1_000 } as const

/** What words are searched for, where that is not what models are given. */
export interface SearchedInContext {
  readonly query: string
  /** What was said before: its words count beside those of the query, for less. */
  readonly words: readonly WeightedText[]
}

/** The words that count beside those of a question after others, in any language, and also where a model rewrites it. */
export function wordsBefore(question: string, history: readonly Turn[]): WeightedText[] {
  const part = leansOnOthers(question) ? 1 : reach.standsAlone
  const seen = { user: 0, assistant: 0 }
  return history.toReversed().flatMap(({ role, content }) => {
    const age = seen[role]++
    // That the passages do not say it is about nothing.
    if (age >= reach.turns || (role === 'assistant' && isRefusal(content))) return []
    const text = (role === 'assistant' ? blankMarkers(content) : content).slice(0, longest[role])
    return [{ text: text.toWellFormed(), weight: part * reach[role] * reach.decay ** age }]
  })
}

/**
 * For models, which read sentences: a question that is short, begins with "and" or refers back ("it", "their") behind
 * the one before it.
 */
export function withPrevious(question: string, history: readonly Turn[]): string {
  const previous = history.findLast((turn) => turn.role === 'user')?.content
  if (previous === undefined) return question
  return leansOnOthers(question) ? `${previous} ${question}` : question
}

function leansOnOthers(question: string): boolean {
  const trimmed = question.trim()
  const words = trimmed.split(/\s+/)
  const short =
    words.length === 1 ? trimmed.length <= shortQuestion.characters : words.length <= shortQuestion.words
  return short || leadIn.test(trimmed) || refersBack(question)
}

function refersBack(question: string): boolean {
  return question.split(/[^\p{L}\p{M}]+/u).some((word) => pronouns.has(word.toLowerCase()))
}
