import { setImmediate } from 'node:timers/promises'
import type pg from 'pg'
import type { PassageRow } from '../../db/sql/passage.ts'
import { type PhraseCandidate, phraseCandidates } from '../../db/sql/phrase.ts'
import type { DocumentFilter } from '../retrieval.ts'
import { canonicalText, holdsPhrase, type Phrase, phraseTerms } from './phrase.ts'
import type { PassageLanguage } from './query-concepts.ts'
import { termIds } from './term-id.ts'

/** The first ones mostly hold as many as are asked for; of what is left, no more is read than this. */
const batches = [200, 1_800] as const
/** Passages that are compared before others have their turn: some milliseconds. */
const slice = 100

export interface PhraseSearch {
  readonly collectionId: string
  readonly phrases: readonly Phrase[]
  readonly languages: readonly PassageLanguage[]
  readonly queryWeights: string
  readonly filter: DocumentFilter | null
  readonly limit: number
}

export interface HeldPassages {
  /** The highest BM25 sums first. */
  readonly rows: readonly (PassageRow & { score: number })[]
  /** False where there may be more of them than `rows` and `limit`, among passages that were not compared. */
  readonly complete: boolean
}

/**
 * The passages that hold every phrase in their title, headings or text: up to `limit` of them, and of the 2,000 best that
 * have all their words. The index finds those; the text tells whether they stand together. Where they are too few,
 * passages count that have the characters of the phrases and write spaces between them.
 */
export async function findPhrases(pool: pg.Pool, search: PhraseSearch): Promise<HeldPassages> {
  const together = setsOfTerms(search, false)
  const held = await compared(pool, search, together)
  if (held.rows.length >= search.limit) return held
  const divided = setsOfTerms(search, true)
  return sameSets(together, divided) ? held : compared(pool, search, divided)
}

async function compared(
  pool: pg.Pool,
  { collectionId, phrases, queryWeights, filter, limit }: PhraseSearch,
  termSets: readonly (readonly number[])[],
): Promise<HeldPassages> {
  const found: (PassageRow & { score: number })[] = []
  if (termSets.length === 0) return { rows: found, complete: true }
  let offset = 0
  for (const size of batches) {
    const batch = { collectionId, queryWeights, termSets, offset, limit: size }
    const rows = await phraseCandidates(pool, batch, filter)
    for (const [index, row] of rows.entries()) {
      if (found.length === limit) break
      if (index % slice === slice - 1) await setImmediate()
      const { title, ...passage } = row
      if (holdsAll(row, phrases)) found.push(passage)
    }
    if (rows.length < size || found.length >= limit) return { rows: found, complete: true }
    offset += size
  }
  return { rows: found, complete: false }
}

function holdsAll({ title, headings, text }: PhraseCandidate, phrases: readonly Phrase[]): boolean {
  // A phrase does not go on from the title into the text.
  const parts = [title, ...headings, text].map(canonicalText)
  return phrases.every((phrase) => parts.some((part) => holdsPhrase(part, phrase)))
}

/** One for each language that gives the words other terms. */
function setsOfTerms(
  { collectionId, phrases, languages }: Pick<PhraseSearch, 'collectionId' | 'phrases' | 'languages'>,
  divided: boolean,
): number[][] {
  const idOf = termIds(collectionId)
  const sets = new Map<string, number[]>()
  for (const { language } of languages) {
    const terms = phrases.flatMap((phrase) => phraseTerms(phrase, language, divided))
    const ids = [...new Set(terms.map(idOf))].sort((a, b) => a - b)
    sets.set(ids.join(), ids)
  }
  return [...sets.values()]
}

const sameSets = (one: readonly number[][], other: readonly number[][]) => one.join(';') === other.join(';')
