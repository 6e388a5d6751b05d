import type pg from 'pg'
import type { PassageRow } from '../../db/sql/passage.ts'
import { type PhraseCandidate, phraseCandidates } from '../../db/sql/phrase.ts'
import type { DocumentFilter } from '../retrieval.ts'
import { canonicalText, holdsPhrase, type Phrase, phraseTerms } from './phrase.ts'
import type { PassageLanguage } from './query-concepts.ts'
import { termIds } from './term-id.ts'

/** The first ones mostly hold as many as are asked for; of what is left, no more is read than this. */
const batches = [200, 1_800] as const

/**
 * The passages that hold every phrase in their title, headings or text, the highest BM25 sums first: up to `limit` of
 * them, and of the 2,000 best that have all their words. The index finds those; the text tells whether they stand
 * together.
 */
export async function findPhrases(
  pool: pg.Pool,
  search: {
    readonly collectionId: string
    readonly phrases: readonly Phrase[]
    readonly languages: readonly PassageLanguage[]
    readonly queryWeights: string
    readonly filter: DocumentFilter | null
    readonly limit: number
  },
): Promise<(PassageRow & { score: number })[]> {
  const { collectionId, phrases, languages, queryWeights, filter, limit } = search
  const termSets = setsOfTerms(collectionId, phrases, languages)
  const found: (PassageRow & { score: number })[] = []
  if (termSets.length === 0) return found
  let offset = 0
  for (const size of batches) {
    const batch = { collectionId, queryWeights, termSets, offset, limit: size }
    const rows = await phraseCandidates(pool, batch, filter)
    for (const row of rows) {
      if (found.length === limit) break
      const { title, ...passage } = row
      if (holdsAll(row, phrases)) found.push(passage)
    }
    if (rows.length < size || found.length >= limit) break
    offset += size
  }
  return found
}

function holdsAll({ title, headings, text }: PhraseCandidate, phrases: readonly Phrase[]): boolean {
  // A phrase does not go on from the title into the text.
  const parts = [title, ...headings, text].map(canonicalText)
  return phrases.every((phrase) => parts.some((part) => holdsPhrase(part, phrase)))
}

/** One for each language that gives the words other terms. */
function setsOfTerms(
  collectionId: string,
  phrases: readonly Phrase[],
  languages: readonly PassageLanguage[],
): number[][] {
  const idOf = termIds(collectionId)
  const sets = new Map<string, number[]>()
  for (const { language } of languages) {
    const terms = phrases.flatMap((phrase) => phraseTerms(phrase, language))
    const ids = [...new Set(terms.map(idOf))].sort((a, b) => a - b)
    sets.set(ids.join(), ids)
  }
  return [...sets.values()]
}
