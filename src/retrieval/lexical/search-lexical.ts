import type pg from 'pg'
import { readStatistics } from '../../db/sql/lexical-statistics.ts'
import type { PassageRow } from '../../db/sql/passage.ts'
import { searchWords } from '../../db/sql/search.ts'
import type { DocumentFilter } from '../retrieval.ts'
import { planQuery, queryTerms } from './plan-query.ts'

export interface Candidate {
  readonly passage: PassageRow
  /** The retriever's own: BM25 or cosine similarity. */
  readonly score: number
}

export interface LexicalResult {
  /** Best first. */
  readonly candidates: readonly Candidate[]
  /** What no BM25 sum of this query can exceed. */
  readonly upperBound: number
}

/** The passages of a collection with the highest BM25 sums for a query. */
export async function searchLexical(
  pool: pg.Pool,
  search: { collectionId: string; query: string; filter: DocumentFilter | null; limit: number },
): Promise<LexicalResult> {
  const { collectionId, filter, limit } = search
  const terms = queryTerms(collectionId, search.query)
  if (terms.size === 0) return { candidates: [], upperBound: 0 }
  const [statistics] = await readStatistics(pool, collectionId, [...terms])
  if (!statistics) return { candidates: [], upperBound: 0 }
  const frequencies = new Map(
    statistics.term_ids.map((id, index) => [id, statistics.frequencies[index] ?? 0] as const),
  )
  const plan = planQuery(terms, { chunks: statistics.chunks, frequencies })
  if (!plan) return { candidates: [], upperBound: 0 }
  const find = (candidateTerms: number[]) =>
    searchWords(pool, { collectionId, queryWeights: plan.weights, candidateTerms, limit }, filter)
  let rows = await find(plan.decisiveTerms)
  // Every passage that was not looked at has less than restBound: where the last row has more, none is missing.
  const complete = rows.length === limit && (rows.at(-1)?.score ?? 0) > plan.restBound
  if (!complete && plan.decisiveTerms.length < plan.candidateTerms.length) {
    rows = await find(plan.candidateTerms)
  }
  // The rarest terms did not bring enough, mostly under a filter: all terms do what can be done.
  if (rows.length < limit && plan.partial) rows = await find(plan.allTerms)
  const candidates = rows.map(({ score, ...passage }) => ({ passage, score }))
  return { candidates, upperBound: plan.upperBound }
}
