import type pg from 'pg'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { searchVectors } from '../../db/sql/search.ts'
import type { Candidate } from '../lexical/search-lexical.ts'
import type { DocumentFilter } from '../retrieval.ts'

/** The passages of a collection whose embeddings have the highest cosine similarity to the query's. */
export async function searchVector(
  pool: pg.Pool,
  search: {
    space: EmbeddingSpace
    collectionId: string
    /** pgvector's text form. */
    vector: string
    filter: DocumentFilter | null
    limit: number
  },
): Promise<Candidate[]> {
  const { space, collectionId, vector, filter, limit } = search
  const rows = await searchVectors(pool, { space, collectionId, vector, limit }, filter)
  return rows.map(({ score, ...passage }) => ({ passage, score }))
}
