import type { WeightedText } from './context-concepts.ts'
import { type Phrase, phraseOf } from './phrase.ts'

/** A query as it is meant: what must stand word for word, and all of it. */
export interface ParsedQuery {
  readonly phrases: readonly Phrase[]
  /** Everything, without the quotes. */
  readonly text: string
  /** What stands outside of the phrases; blank where nothing does. */
  readonly rest: string
  /** What it is asked in: its words count, too, for less. */
  readonly context?: readonly WeightedText[]
}

/** A query in which quotes mean nothing. */
export function unquoted(query: string): ParsedQuery {
  return { phrases: [], text: query, rest: query }
}

/** Each mark that opens a phrase, and those that close it: writers of German end with what others begin with. */
const CLOSING: Readonly<Record<string, RegExp>> = {
  '"': /["\u201d\uff02]/g,
  '\uff02': /["\uff02]/g,
  '“': /["”]/g,
  '”': /”/g,
  '‟': /[”"]/g,
  '❝': /❞/g,
  '„': /[“”"]/g,
  '«': /»/g,
  '»': /«/g,
  '‹': /›/g,
  '›': /‹/g,
  '〝': /[〞〟]/g,
  '「': /」/g,
  '『': /』/g,
}
const OPENING = /["\uff02“”‟❝„«»‹›〝「『]/g
const WORD_CHARACTER = /[\p{L}\p{N}]/u
const WORD = /[\p{L}\p{N}]/gu

/** More than anybody means; what follows is text. */
const MOST_PHRASES = 32

/**
 * Finds the quoted phrases of a query. A quote that is not closed, or has no word in it, is text; so is a straight one
 * behind a letter or digit (5"). Time is linear: what closes a mark, and the next word, are looked for once for all the
 * marks before them.
 */
export function parseQuery(query: string): ParsedQuery {
  const phrases = new Map<string, Phrase>()
  const closings = new Map<string, number>()
  let word = -1
  let wordless = 0
  let rest = ''
  let from = 0
  OPENING.lastIndex = 0
  for (let open = OPENING.exec(query); open && phrases.size < MOST_PHRASES; open = OPENING.exec(query)) {
    const mark = open[0]
    const closing = CLOSING[mark]
    if (!closing) continue
    if (mark === '"' && WORD_CHARACTER.test(query[open.index - 1] ?? '')) continue
    let close = closings.get(mark) ?? -1
    if (close <= open.index) {
      close = indexFrom(closing, query, open.index + 1)
      closings.set(mark, close)
    }
    if (word <= open.index) word = indexFrom(WORD, query, open.index + 1)
    if (close === Number.POSITIVE_INFINITY || word > close) continue
    const phrase = phraseOf(query.slice(open.index + 1, close))
    if (!phrase) {
      // Letters that are no word: nobody means many of them.
      wordless += 1
      if (wordless > MOST_PHRASES) break
      continue
    }
    phrases.set(phrase.canonical, phrase)
    rest += `${query.slice(from, open.index)} `
    from = close + 1
    OPENING.lastIndex = from
  }
  if (phrases.size === 0) return unquoted(query)
  rest += query.slice(from)
  return {
    phrases: [...phrases.values()],
    text: query.replace(OPENING, ' ').replace(/[❞〞〟」』]/g, ' '),
    rest,
  }
}

/** Infinity where there is none. */
function indexFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.exec(text)?.index ?? Number.POSITIVE_INFINITY
}
