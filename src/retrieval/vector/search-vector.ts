import type pg from 'pg'
import { sessionSettings } from '../../db/session-settings.ts'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { searchVectors, searchVectorsAmong, type VectorSearch } from '../../db/sql/search-vectors.ts'
import type { VectorExplain } from '../explain.ts'
import type { Candidate } from '../lexical/search-lexical.ts'

export interface VectorResult {
  /** Null where the workspace has no such collection. */
  readonly collectionId: string | null
  /** The space that the workspace searches now: another one than was searched, where it has just switched. */
  readonly spaceId: number | null
  /** Best first. */
  readonly candidates: readonly Candidate[]
  readonly explain: VectorExplain
}

/**
 * The passages of a collection whose embeddings have the highest cosine similarity to the query's. Of ten, 95 in a hundred
 * are those that scoring all would find, also under a filter (docs/decisions/0021).
 */
export async function searchVector(
  pool: pg.Pool,
  {
    vector,
    space,
    ...search
  }: Pick<VectorSearch, 'workspaceId' | 'collection' | 'filter' | 'limit'> & {
    readonly space: EmbeddingSpace
    /** pgvector's binary form. */
    readonly vector: Buffer
  },
): Promise<VectorResult> {
  const request = { ...search, space, vector }
  const first = await searchVectors(pool, request)
  // What matches lies far from the query, and what the index came by are not the nearest of it.
  const found = first.short ? await searchVectors(pool, { ...request, exhaustive: true }) : first
  const candidates = found.rows.map(({ score, ...passage }) => ({ passage, score }))
  return {
    collectionId: found.collectionId,
    spaceId: found.spaceId,
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

/** The same among the passages with these ids: they are few, and all are scored. */
export async function searchVectorAmong(
  pool: pg.Pool,
  search: {
    readonly space: EmbeddingSpace
    readonly collectionId: string
    readonly vector: Buffer
    readonly chunkIds: string[]
    readonly limit: number
  },
): Promise<Pick<VectorResult, 'candidates' | 'explain'>> {
  const rows = await searchVectorsAmong(pool, search)
  const candidates = rows.map(({ score, ...passage }) => ({ passage, score }))
  const { model } = search.space
  return {
    candidates,
    explain: { candidates: rows.length, model, strategy: 'EXACT', reason: 'FEW_PASSAGES', efSearch: null },
  }
}
