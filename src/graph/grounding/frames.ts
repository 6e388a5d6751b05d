import type { Claim } from './claims.ts'
import { contentTerms, languageOf } from './content-terms.ts'
import { framingWords, joiningWords, ownNumbering } from './framing-words.ts'
import { chineseFunctionWords, functionWords } from './function-words.ts'
import { contradicts } from './negation.ts'
import { numbersIn, withPlainNumbers } from './numbers.ts'
import type { Analyze, Passage } from './passage.ts'
import { plainText } from './plain.ts'
import { spacelessWords } from './spaceless-words.ts'
import { missingSpecifics } from './specifics.ts'
import { statementOf } from './statement.ts'
import { bestSupport, holdsEnough, holdsWords } from './support.ts'
import { presenceIn } from './term-presence.ts'
import { swappedUnits } from './units.ts'

/** What a frame states and nothing vouches for; null where it states nothing of its own. */
export type CheckFrame = (frame: Claim, items: number) => readonly string[] | null

export type FrameSources = {
  readonly passages: readonly Passage[]
  /** What was asked: an answer may take up its words, but not its numbers for facts. */
  readonly question: string
  readonly analyze: Analyze
}

const wordSegmenter = new Intl.Segmenter('und', { granularity: 'word' })
/** Headings of so few words name a thing and state nothing, but for a number. */
const LABEL = 2
const LONGER_LABEL = 3
/** Words of a refusal that neither passages nor question have: more would be a statement in disguise. */
const REFUSAL_SPARE = 3

/**
 * Checks what an answer says around its claims: headings, lines that lead in to a list, questions, courtesies and
 * refusals need no citation, but may not state what no passage says ("The limit is 500 MB:"). `items` are the list's
 * that a line leads in to, which it may count.
 */
export function createFrameCheck({ passages, question, analyze }: FrameSources): CheckFrame {
  const texts = passages.map(({ title, headings, text }) => [title, ...headings, text].join('\n'))
  const all = texts.join('\n')
  const terms = (text: string) => analyze(withPlainNumbers(text))
  const asked = terms(question)
  const held = texts.map((text) => new Set(terms(text)))
  const known = presenceIn(new Set([...held.flatMap((each) => [...each]), ...asked]))

  return (frame, items) => {
    const said = withoutCount(plainText(statementOf(frame.text)).replace(ownNumbering, ' '), items)
    const { rest, labels } = withoutFraming(said)
    if (rest === '') return null
    const { asks, refuses } = frame
    const lowered = withoutTitleCase(said)
    const evidence = asks || refuses ? `${all}\n${question}` : all
    const missing = missingSpecifics(lowered, evidence, analyze)
    if (missing.length > 0) return missing
    const own = [...new Set(contentTerms(withPlainNumbers(rest), analyze))]
    const unknown = own.filter((term) => known(term) === 0)
    const unsaid = unknown.length > 0 ? unknown : own
    if (refuses) {
      const isEnglish = languageOf(said) === 'en'
      return !isEnglish || unknown.length <= REFUSAL_SPARE || holdsEnough(own, known) ? null : unsaid
    }
    if (asks) return unknown.length <= 1 || holdsEnough(own, known) ? null : unsaid
    if (numbersIn(said).length > 0) {
      return passages.some((passage) => statesNumber(lowered, own, passage)) ? null : unsaid
    }
    if (labels <= LABEL) return null
    if (denied(said, own)) return unsaid
    if (labels <= LONGER_LABEL && unknown.length <= 1 && rest !== said) return null
    const words = spacelessWords(rest)
    if (words.length > 0 && words.every((word) => !all.includes(word) && !question.includes(word)))
      return unsaid
    if (rest !== said)
      return holdsEnough(own, known) && holdsWords(words, `${all}\n${question}`) ? null : unsaid
    const holds = texts.some((text, i) => {
      const set = held[i] ?? new Set()
      const presence = presenceIn(frame.kind === 'heading' ? new Set([...set, ...asked]) : set)
      return (
        holdsEnough(own, presence) &&
        holdsWords(words, text) &&
        (frame.kind === 'heading' || missingSpecifics(lowered, text, analyze).length === 0)
      )
    })
    return holds ? null : unsaid
  }

  /** Whether one sentence, or two, hold the frame's numbers with their units and what it says of them. */
  function statesNumber(said: string, own: readonly string[], passage: Passage): boolean {
    const found = bestSupport(said, passage, analyze)
    if (found === null) return false
    const near = [passage.title, ...passage.headings, found.quote].join('\n')
    if (missingSpecifics(said, near, analyze).length > 0 || swappedUnits(said, near).length > 0) return false
    return holdsEnough(own, presenceIn(new Set(terms(near))))
  }

  /** Whether the passage that says most of it says the contrary. */
  function denied(said: string, own: readonly string[]): boolean {
    return passages.some((passage, i) => {
      if (!holdsEnough(own, presenceIn(held[i] ?? new Set()))) return false
      const found = bestSupport(said, passage, analyze)
      return found !== null && contradicts(said, found.quote, analyze)
    })
  }
}

/** What is left without framing and grammar, '' where nothing is, and of how many words it would be a label. */
function withoutFraming(said: string): { readonly rest: string; readonly labels: number } {
  let rest = ''
  let labels = 0
  let states = false
  let frames = false
  for (const { segment, isWordLike } of wordSegmenter.segment(said)) {
    const word = segment.toLowerCase()
    const isFraming = isWordLike === true && framingWords.has(word)
    if (isFraming) frames = true
    rest += isFraming ? ' ' : segment
    if (!isWordLike) continue
    if (!joiningWords.has(word)) labels += 1
    if (!isFraming && !isGrammar(word)) states = true
  }
  if (!states) return { rest: '', labels }
  return { rest: frames ? rest : said, labels }
}

function isGrammar(word: string): boolean {
  if (/^[\p{Script=Hiragana}ー]+$/u.test(word) || chineseFunctionWords.has(word) || joiningWords.has(word))
    return true
  return Object.values(functionWords).some((list) => list.has(word))
}

/** Without a number that counts what follows: "There are 3 ways:". */
function withoutCount(said: string, items: number): string {
  return items === 0
    ? said
    : said.replace(new RegExp(`(?<![\\p{N}.,])${items}(?![\\p{N}%]|[.,]\\p{N})`, 'u'), ' ')
}

function withoutTitleCase(said: string): string {
  const bare = said.replace(/\p{L}+/gu, (word) =>
    framingWords.has(word.toLowerCase()) ? word.toLowerCase() : word,
  )
  const words = said.match(/\p{L}{4,}/gu) ?? []
  const capitalised = words.filter((word) => /^\p{Lu}\p{Ll}+$/u.test(word)).length
  if (words.length < 2 || capitalised < words.length) return bare
  return bare.replace(/(?<!\p{L})\p{Lu}(?=\p{Ll}+(?!\p{L}))/gu, (letter) => letter.toLowerCase())
}
