import type pg from 'pg'
import type { DocumentFilter } from '../retrieval.ts'
import { findPhrases } from './find-phrases.ts'
import type { ParsedQuery } from './parse-query.ts'
import type { PassageLanguage } from './query-concepts.ts'

/** More than any search by similarity returns: what the index finds beyond is not looked at. */
const mostPassages = 2_000

/** A search by words alone has none: every passage is as good as the next. */
const noWeights = '{}/1000000000'

/**
 * The ids of the passages that hold a query's phrases, so that a search that does not go by words keeps to them. Null
 * for a query without phrases.
 */
export async function passagesWithPhrases(
  pool: pg.Pool,
  search: {
    readonly collectionId: string
    readonly languages: readonly PassageLanguage[]
    readonly query: ParsedQuery
    readonly filter: DocumentFilter | null
  },
): Promise<string[] | null> {
  const { collectionId, languages, query, filter } = search
  const { phrases } = query
  if (phrases.length === 0) return null
  const held = await findPhrases(pool, {
    ...{ collectionId, languages, phrases, filter },
    queryWeights: noWeights,
    limit: mostPassages,
  })
  return held.map(({ id }) => id)
}
