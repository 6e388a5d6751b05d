import { expect } from 'vitest'
import type { Database } from '../../../src/db/database.ts'

/** What searches count with, and what is there to be counted. */
export interface Statistics {
  readonly documents: { externalId: string; status: string; version: number; chunks: number }[]
  readonly chunks: number
  readonly terms: number
  /** In how many chunks each term is, in ascending order: the terms' ids differ from collection to collection. */
  readonly frequencies: number[]
}

/** Of the only collection: sums over what was folded and what is still pending. */
export async function readStatistics({ pool }: Database): Promise<Statistics> {
  const { rows: documents } = await pool.query<Statistics['documents'][number]>(
    `SELECT external_id AS "externalId", status, version,
       (SELECT count(*)::int FROM chunk WHERE document_id = document.id) AS chunks
     FROM document ORDER BY external_id COLLATE "C"`,
  )
  const { rows: totals } = await pool.query<{ chunks: number; terms: number }>(
    `SELECT sum(chunks)::int AS chunks, sum(terms)::int AS terms FROM (
       SELECT chunks, terms FROM lexical_statistic UNION ALL SELECT chunks, terms FROM lexical_delta) AS parts`,
  )
  const { rows: counted } = await pool.query<{ id: number; chunks: number }>(
    `SELECT term_id AS id, sum(chunks)::int AS chunks FROM (
       SELECT term_id, chunks FROM term_statistic
       UNION ALL SELECT term_id, count FROM lexical_delta, unnest(term_ids, counts) AS given (term_id, count)) AS parts
     GROUP BY term_id HAVING sum(chunks) <> 0 ORDER BY id`,
  )
  const { rows: there } = await pool.query<{ id: number; chunks: number }>(
    'SELECT term AS id, count(*)::int AS chunks FROM chunk, unnest(term_ids) AS term GROUP BY term ORDER BY term',
  )
  expect(counted).toEqual(there)
  const [total] = totals
  return {
    documents,
    chunks: total?.chunks ?? 0,
    terms: total?.terms ?? 0,
    frequencies: counted.map(({ chunks }) => chunks).sort((a, b) => a - b),
  }
}
