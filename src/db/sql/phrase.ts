import type { Queryable } from '../database.ts'
import { statement } from '../statement.ts'
import { type FilterFields, filterCondition } from './document-filter.ts'
import { type PassageRow, passageColumns } from './passage.ts'

export interface PhraseCandidate extends PassageRow {
  /** What its words came from, beside its headings and text. */
  title: string
  score: number
}

/** How many are scored at the most: a phrase of common words is in many more. */
const mostScored = 20_000

/**
 * The passages that have all terms of one of `termSets`, by the GIN index, the highest BM25 sums first: those after
 * `offset`. Each set is what the passages of a language have that hold the phrases.
 */
export async function phraseCandidates(
  db: Queryable,
  search: {
    collectionId: string
    queryWeights: string
    termSets: readonly (readonly number[])[]
    offset: number
    limit: number
  },
  filter: FilterFields | null,
): Promise<PhraseCandidate[]> {
  const { collectionId, queryWeights, termSets, offset, limit } = search
  const condition = filter ? filterCondition(filter, 5 + termSets.length) : { sql: '', parameters: [] }
  const sets = termSets.map((_, index) => `chunk.term_ids @> $${index + 5}::int[]`).join(' OR ')
  const find = statement<readonly unknown[], PhraseCandidate>(
    'phrase',
    filter ? 'candidates_filtered' : 'candidates',
    `WITH best AS MATERIALIZED (
       SELECT id, score FROM (
         SELECT chunk.id, -(chunk.weights <#> $2::sparsevec) AS score
         FROM chunk ${filter ? 'JOIN document ON document.id = chunk.document_id' : ''}
         WHERE chunk.collection_id = $1 AND (${sets})${condition.sql} LIMIT ${mostScored}) AS scored
       ORDER BY score DESC, id OFFSET $3 LIMIT $4)
     SELECT ${passageColumns}, COALESCE(document.indexed_title, document.title) AS title, best.score
     FROM best JOIN chunk USING (id) JOIN document ON document.id = chunk.document_id
     ORDER BY best.score DESC, chunk.id`,
    { prepare: false },
  )
  return find(db, collectionId, queryWeights, offset, limit, ...termSets, ...condition.parameters)
}
