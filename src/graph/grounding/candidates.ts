import type { BlockKind } from './blocks.ts'
import type { Analyze, Passage } from './passage.ts'
import { plainText } from './plain.ts'
import { sentencesOf } from './sentences.ts'
import { type Presence, presenceIn } from './term-presence.ts'

/** A sentence that may become part of the answer, with the terms around it. */
export type Candidate = {
  readonly passage: Passage
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
  /** In the sentences before and after it. */
  readonly beside: Presence
  /** In the title, the headings above and the nearest heading within the passage. */
  readonly above: Presence
}

/** Every sentence of a passage, markup left out. */
export function candidatesOf(passage: Passage, analyze: Analyze): Candidate[] {
  const sentences = sentencesOf(passage.text)
    .filter((sentence) => sentence.kind !== 'markup')
    .map((sentence) => ({ ...sentence, plain: plainText(sentence.text) }))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence.plain))
  const sequences = sentences.map((sentence) => analyze(sentence.plain))
  const terms = sequences.map((sequence) => new Set(sequence))
  const outer = analyze([passage.title, ...passage.headings].join('\n'))
  let above = presenceIn(new Set(outer))
  return sentences.map((sentence, i) => {
    const own = terms[i] ?? new Set<string>()
    // Only the nearest heading within the passage: what stood above the one before is another topic.
    if (sentence.kind === 'heading') above = presenceIn(new Set([...outer, ...own]))
    return {
      passage,
      kind: sentence.kind,
      quote: sentence.text,
      start: passage.start + sentence.start,
      end: passage.start + sentence.end,
      plain: sentence.plain,
      terms: own,
      sequence: sequences[i] ?? [],
      inside: presenceIn(own),
      beside: presenceIn(new Set([...(terms[i - 1] ?? []), ...(terms[i + 1] ?? [])])),
      above,
    }
  })
}

/** The terms of a passage with its title and headings. */
export function passageTerms(
  passage: Passage,
  candidates: readonly Candidate[],
  analyze: Analyze,
): Set<string> {
  const outer = analyze([passage.title, ...passage.headings].join('\n'))
  return new Set([...outer, ...candidates.flatMap((candidate) => [...candidate.terms])])
}
