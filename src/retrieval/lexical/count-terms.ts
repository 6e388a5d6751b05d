import type pg from 'pg'
import { findCollection } from '../../db/sql/collection.ts'
import { readStatistics } from '../../db/sql/lexical-statistics.ts'
import { termIds } from './term-id.ts'

/** How common words are in a collection. */
export interface TermFrequencies {
  /** Searchable passages. */
  readonly total: number
  /** In how many of them a term of analysis stands. */
  readonly frequencyOf: (term: string) => number
}

/** @returns null where the workspace has no such collection, or nothing in it is searchable */
export async function countTerms(
  pool: pg.Pool,
  workspaceId: string,
  collection: string,
  terms: readonly string[],
): Promise<TermFrequencies | null> {
  const [found] = await findCollection(pool, workspaceId, collection)
  if (!found) return null
  const idOf = termIds(found.id)
  const [statistics] = await readStatistics(pool, found.id, [...new Set(terms.map(idOf))])
  if (!statistics || statistics.chunks === 0) return null
  const counts = new Map(
    statistics.term_ids.map((id, index) => [id, statistics.frequencies[index] ?? 0] as const),
  )
  return { total: statistics.chunks, frequencyOf: (term) => counts.get(idOf(term)) ?? 0 }
}
