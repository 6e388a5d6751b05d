import type pg from 'pg'
import type { DocumentFilter } from '../retrieval.ts'
import { findPhrases } from './find-phrases.ts'
import type { ParsedQuery } from './parse-query.ts'
import type { PassageLanguage } from './query-concepts.ts'

/** More than any search by similarity returns: what the index finds beyond is not looked at. */
const mostPassages = 2_000

/** A search by words alone has none: every passage is as good as the next. */
const noWeights = '{}/1000000000'

/** A filter on documents, and the passages that hold a query's phrases. */
export type PassageFilter = DocumentFilter & { readonly chunkIds?: readonly string[] }

/**
 * What a search that does not go by words has to leave out, so that it keeps to the query's phrases: the filter that
 * was given where there are none, `none` where no passage holds them.
 */
export async function filterByPhrases(
  pool: pg.Pool,
  search: {
    readonly collectionId: string
    readonly languages: readonly PassageLanguage[]
    readonly query: ParsedQuery
    readonly filter: DocumentFilter | null
  },
): Promise<PassageFilter | null | 'none'> {
  const { collectionId, languages, query, filter } = search
  const { phrases } = query
  if (phrases.length === 0) return filter
  const held = await findPhrases(pool, {
    collectionId,
    languages,
    phrases,
    queryWeights: noWeights,
    filter,
    limit: mostPassages,
  })
  return held.length === 0 ? 'none' : { ...filter, chunkIds: held.map(({ id }) => id) }
}
