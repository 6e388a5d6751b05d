import type pg from 'pg'
import type { DocumentFilter } from '../retrieval.ts'
import { findPhrases, type HeldPassages } from './find-phrases.ts'
import type { ParsedQuery } from './parse-query.ts'
import type { PassageLanguage } from './query-concepts.ts'

/** More than any search by similarity returns: what the index finds beyond is not looked at. */
export const mostHeld = 2_000

/** A search by words alone has none: every passage is as good as the next. */
const noWeights = '{}/1000000000'

/** The passages that hold a query's phrases, for a search that does not go by words to keep to. */
export function passagesWithPhrases(
  pool: pg.Pool,
  search: {
    readonly collectionId: string
    readonly languages: readonly PassageLanguage[]
    readonly query: ParsedQuery
    readonly filter: DocumentFilter | null
  },
): Promise<HeldPassages> {
  const { collectionId, languages, query, filter } = search
  return findPhrases(pool, {
    ...{ collectionId, languages, phrases: query.phrases, filter },
    queryWeights: noWeights,
    limit: mostHeld,
  })
}
