import type { BlockKind } from './blocks.ts'
import type { Analyze, Passage } from './passage.ts'
import { type QuestionWord, questionWords } from './question-words.ts'
import { sentencesOf } from './sentences.ts'
import { readable } from './table-rows.ts'
import { type Presence, presenceIn } from './term-presence.ts'

/** A sentence that may become part of the answer, with the terms around it. */
export type Candidate = {
  readonly passage: Passage
  /** From 0, in the order of the passages. */
  readonly rank: number
  /** From 0: its place among the passage's candidates. */
  readonly index: number
  readonly kind: BlockKind
  /** Verbatim, and where it stands in the document. */
  readonly quote: string
  readonly start: number
  readonly end: number
  readonly plain: string
  readonly terms: ReadonlySet<string>
  /** The terms in order. */
  readonly sequence: readonly string[]
  readonly inside: Presence
  readonly before: Presence
  readonly after: Presence
  /** In the title, the headings above and the nearest heading within the passage. */
  readonly above: Presence
  /** Content of the nearest heading; empty where there is none. */
  readonly heading: readonly QuestionWord[]
  /** From 0: how many sentences stand between it and that heading, or the beginning of the passage. */
  readonly depth: number
}

/** A passage, cut up. */
export type CutPassage = {
  readonly candidates: readonly Candidate[]
  /** Terms of its title and headings in order. */
  readonly outer: readonly string[]
  /** Those of its text, title and headings. */
  readonly terms: ReadonlySet<string>
}

const nowhere: Presence = () => 0

/** Every sentence of a passage, markup left out. */
export function cutPassage(passage: Passage, rank: number, analyze: Analyze): CutPassage {
  const sentences = readable(sentencesOf(passage.text)).filter(({ plain }) => /[\p{L}\p{N}]/u.test(plain))
  const sequences = sentences.map((sentence) => analyze(sentence.plain))
  const terms = sequences.map((sequence) => new Set(sequence))
  const presences = terms.map(presenceIn)
  const outer = analyze([passage.title, ...passage.headings].join('\n'))
  const last = passage.headings.at(-1)
  let heading = last === undefined ? [] : questionWords(last, analyze)
  let depth = -1
  let above = presenceIn(new Set(outer))
  const candidates = sentences.map((sentence, i): Candidate => {
    const own = terms[i] ?? new Set<string>()
    // Only the nearest heading within the passage: what stood above the one before is another topic.
    if (sentence.kind === 'heading') {
      above = presenceIn(new Set([...outer, ...own]))
      heading = questionWords(sentence.plain, analyze)
      depth = -1
    } else depth += 1
    return {
      passage,
      rank,
      index: i,
      kind: sentence.kind,
      quote: sentence.text,
      start: passage.start + sentence.start,
      end: passage.start + sentence.end,
      plain: sentence.plain,
      terms: own,
      sequence: sequences[i] ?? [],
      inside: presences[i] ?? nowhere,
      before: presences[i - 1] ?? nowhere,
      after: presences[i + 1] ?? nowhere,
      above,
      heading,
      depth: Math.max(0, depth),
    }
  })
  return { candidates, outer, terms: new Set([...outer, ...sequences.flat()]) }
}
