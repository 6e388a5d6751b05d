import type pg from 'pg'
import type { EmbeddingSpace } from '../../db/sql/embedding-space.ts'
import { searchVectors } from '../../db/sql/search.ts'
import type { Candidate } from '../lexical/search-lexical.ts'
import type { DocumentFilter } from '../retrieval.ts'
import { vectorLiteral } from './passage-vector.ts'

/** The passages of a collection whose embeddings have the highest cosine similarity to the query's. */
export async function searchVector(
  pool: pg.Pool,
  search: {
    space: EmbeddingSpace
    collectionId: string
    vector: Float32Array
    filter: DocumentFilter | null
    limit: number
  },
): Promise<Candidate[]> {
  const { space, collectionId, filter, limit } = search
  const rows = await searchVectors(
    pool,
    { space, collectionId, vector: vectorLiteral(search.vector), limit },
    filter,
  )
  return rows.map(({ score, ...passage }) => ({ passage, score }))
}
