import pg from 'pg'
import { vectorLiteral } from '../../src/retrieval/vector/passage-vector.ts'
import { chunkNumber } from './embedding-rows.ts'
import { poolMap } from './pool-map.ts'
import { quantile } from './quantile.ts'
import { benchCollection, neighbours, queryVector, type VectorDatabase } from './vector-database.ts'
import { type BuiltIndex, searchStatement } from './vector-indexes.ts'
import { vectorSession } from './vector-session.ts'

export interface SearchPoint {
  readonly efSearch: number
  /** Of the ten nearest, the part that was found; the mean over the queries whose neighbours are known. */
  readonly recall: number
  /** Milliseconds, one at a time. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly perSecond: number
  /** With several clients at once. */
  readonly perSecondTogether: number
}

export interface SearchLoad {
  readonly queries: number
  readonly clients: number
}

/** Searches of one index with one ef_search, which the planner must be offered already. */
export async function measureSearch(
  database: VectorDatabase,
  { kind, name }: BuiltIndex,
  efSearch: number,
  { queries, clients }: SearchLoad,
): Promise<SearchPoint> {
  const { url, vectors, spaceId, exact } = database
  const pool = new pg.Pool({ ...vectorSession(url, efSearch), max: clients })
  const text = searchStatement(kind, spaceId, efSearch)
  const literals = Array.from({ length: queries }, (_, number) => vectorLiteral(queryVector(vectors, number)))
  const search = async (literal: string) => {
    const asked = performance.now()
    const { rows } = await pool.query<{ chunk_id: string }>({
      name: 'search',
      text,
      values: [benchCollection.id, literal, neighbours],
    })
    return { numbers: rows.map((row) => chunkNumber(row.chunk_id)), took: performance.now() - asked }
  }
  try {
    await requireIndex(pool, name, text, literals[0] ?? '')
    // Those with known neighbours come first; they warm the caches and the connections, and are not timed.
    const found = await poolMap(literals.slice(0, exact.length), clients, search)
    const recalls = found.map(({ numbers }, query) => recallOf(numbers, exact[query] ?? []))
    const began = performance.now()
    const alone = (await poolMap(literals, 1, search)).map(({ took }) => took)
    const between = performance.now()
    await poolMap(literals, clients, search)
    const together = performance.now() - between
    return {
      efSearch,
      recall: recalls.reduce((sum, each) => sum + each, 0) / recalls.length,
      p50: quantile(alone, 0.5),
      p95: quantile(alone, 0.95),
      p99: quantile(alone, 0.99),
      perSecond: (1_000 * queries) / (between - began),
      perSecondTogether: (1_000 * queries) / together,
    }
  } finally {
    await pool.end()
  }
}

function recallOf(found: readonly number[], exact: readonly number[]): number {
  return exact.filter((number) => found.includes(number)).length / exact.length
}

/** @throws where the planner takes another way: its numbers would be taken for the index's */
async function requireIndex(pool: pg.Pool, name: string, text: string, literal: string): Promise<void> {
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [
    benchCollection.id,
    literal,
    neighbours,
  ])
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  if (!plan.includes(name)) throw new Error(`The search does not use ${name}:\n${plan}`)
}
