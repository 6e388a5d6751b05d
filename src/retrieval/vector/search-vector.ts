import type pg from 'pg'
import { sessionSettings } from '../../db/session-settings.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { searchVectors, type VectorSearch } from '../../db/sql/search-vectors.ts'
import type { VectorExplain } from '../explain.ts'
import type { Candidate } from '../lexical/search-lexical.ts'
import { vectorLiteral } from './passage-vector.ts'

export interface VectorResult {
  /** Null where the workspace has no such collection. */
  readonly collectionId: string | null
  /** Best first. */
  readonly candidates: readonly Candidate[]
  readonly explain: VectorExplain
}

/**
 * The passages of a collection whose embeddings have the highest cosine similarity to the query's: at least 95 of 100
 * are those that scoring all would find, whatever the filter.
 */
export async function searchVector(
  pool: pg.Pool,
  {
    vector,
    space,
    ...search
  }: Pick<VectorSearch, 'workspaceId' | 'collection' | 'filter' | 'limit'> & {
    readonly space: EmbeddingSpace
    readonly vector: Float32Array
  },
): Promise<VectorResult> {
  const request = { ...search, space, vector: vectorLiteral(vector) }
  const first = await searchVectors(pool, request)
  // What matches lies far from the query, and what the index came by are not the nearest of it.
  const found = first.short ? await searchVectors(pool, { ...request, exhaustive: true }) : first
  const candidates = found.rows.map(({ score, ...passage }) => ({ passage, score }))
  return {
    collectionId: found.collectionId,
    candidates,
    explain: {
      candidates: candidates.length,
      model: space.model,
      strategy: found.exact ? 'EXACT' : 'INDEX',
      reason: first.short ? 'INDEX_FELL_SHORT' : found.exact ? 'FEW_PASSAGES' : 'MANY_PASSAGES',
      efSearch: first.exact ? null : Number(sessionSettings['hnsw.ef_search']),
    },
  }
}
