import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, kinds } from '../../test/testkit/open-database.ts'
import { defaultWorkspaceId } from '../access/keys.ts'
import type { Database } from '../db/database.ts'
import { type EmbeddingSpace, ensureSpace } from '../db/sql/embedding-space.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import type { DocumentFilter } from './retrieval.ts'
import { vectorBytes, vectorLiteral } from './vector/passage-vector.ts'
import { searchVector } from './vector/search-vector.ts'

const dimensions = 16
const clusters = 20
const size = 6_000
const otherWorkspace = uuidV7()

let state = 11
function gaussian(): number {
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 1) / 2 ** 32
  }
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}

/** Clusters around 20 centres; those of the first half lie on the one side, those of the second on the other. */
const centres = Array.from({ length: clusters }, (_, cluster) =>
  Float64Array.from({ length: dimensions }, (_value, index) =>
    index === 0 ? (cluster < clusters / 2 ? 3 : -3) : gaussian(),
  ),
)

function vectorOf(cluster: number): Float32Array {
  const vector = Float32Array.from(centres[cluster] ?? [], (value) => value + 0.8 * gaussian())
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

interface Stored {
  readonly id: string
  readonly metadata: Record<string, unknown>
  readonly vector: Float32Array
}

describe.each(kinds)('vector search on %s', () => {
  const stack = new AsyncDisposableStack()
  const collections = { main: uuidV7(), small: uuidV7(), foreign: uuidV7() }
  let database: Database
  let space: EmbeddingSpace
  let stored: Stored[]

  async function fill(collectionId: string, workspaceId: string, name: string, count: number) {
    const { pool } = database
    await pool.query('INSERT INTO collection (id, workspace_id, name) VALUES ($1, $2, $3)', [
      collectionId,
      workspaceId,
      name,
    ])
    const passages = Array.from({ length: count }, (_, index): Stored => {
      const cluster = index % clusters
      const metadata = {
        per: [index % 10, index % 100, index % 1_000],
        side: cluster < 10 ? 'l' : 'r',
        half: index % 2,
      }
      return { id: uuidV7(), metadata, vector: vectorOf(cluster) }
    })
    const ids = passages.map(({ id }) => id)
    await pool.query(
      `INSERT INTO document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash, bytes, status,
         indexed_version, chunk_count, metadata, updated_at)
       SELECT id, $1, $2, id, '', '', '', 0, 'READY', 1, 1, metadata, now()
       FROM unnest($3::uuid[], $4::jsonb[]) AS given (id, metadata)`,
      [workspaceId, collectionId, ids, passages.map(({ metadata }) => JSON.stringify(metadata))],
    )
    await pool.query(
      `INSERT INTO chunk (id, workspace_id, collection_id, document_id, document_version, ordinal, text, start, "end",
         length, headings, term_ids)
       SELECT id, $1, $2, id, 1, 0, '', 0, 0, 1, '{}', '{1}' FROM unnest($3::uuid[]) AS given (id)`,
      [workspaceId, collectionId, ids],
    )
    await pool.query(
      `INSERT INTO chunk_embedding (space_id, workspace_id, collection_id, chunk_id, embedding)
       SELECT $1, $2, $3, id, vector::halfvec FROM unnest($4::uuid[], $5::text[]) AS given (id, vector)`,
      [space.id, workspaceId, collectionId, ids, passages.map(({ vector }) => vectorLiteral(vector))],
    )
    await pool.query('INSERT INTO lexical_statistic VALUES ($1, $2, $3::int, $3::int, 1)', [
      collectionId,
      workspaceId,
      count,
    ])
    return passages
  }

  beforeAll(async () => {
    database = await stack.use(await createDatabase()).open()
    await database.pool.query('INSERT INTO workspace (id, name) VALUES ($1, $1::uuid::text)', [
      otherWorkspace,
    ])
    space = await ensureSpace(database.pool, 'clusters', dimensions)
    stored = await fill(collections.main, defaultWorkspaceId, 'main', size)
    await fill(collections.small, defaultWorkspaceId, 'small', 60)
    await fill(collections.foreign, otherWorkspace, 'main', 2_000)
    await database.pool.query('ANALYZE')
  }, 120_000)
  afterAll(() => stack.disposeAsync())

  const find = (
    vector: Float32Array,
    over: { collection?: string; filter?: DocumentFilter; workspaceId?: string; limit?: number } = {},
  ) =>
    searchVector(database.pool, {
      space,
      vector: vectorBytes(vector),
      limit: over.limit ?? 10,
      filter: over.filter ?? null,
      workspaceId: over.workspaceId ?? defaultWorkspaceId,
      collection: over.filter
        ? { id: over.collection ?? collections.main }
        : { name: over.collection ?? 'main' },
    })

  function nearest(vector: Float32Array, matches: (metadata: Stored['metadata']) => boolean): string[] {
    return stored
      .filter(({ metadata }) => matches(metadata))
      .map((each) => ({
        id: each.id,
        similarity: each.vector.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0),
      }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 10)
      .map(({ id }) => id)
  }

  const part = (index: number) => ({
    filter: { metadata: [{ path: ['per', String(index)], equals: 3 }] },
    matches: (metadata: Stored['metadata']) => (metadata.per as number[])[index] === 3,
  })
  test.each([
    ['0.1 %', part(2), 'FEW_PASSAGES'],
    ['1 %', part(1), 'FEW_PASSAGES'],
    ['10 %', part(0), 'FEW_PASSAGES'],
    [
      '50 %',
      {
        filter: { metadata: [{ path: ['half'], equals: 1 }] },
        matches: ({ half }: Stored['metadata']) => half === 1,
      },
      'MANY_PASSAGES',
    ],
    ['100 %', { filter: undefined, matches: () => true }, 'MANY_PASSAGES'],
  ] as const)('finds the nearest of %s of a collection', async (_part, { filter, matches }, reason) => {
    let hits = 0
    let wanted = 0
    for (let query = 0; query < 30; query += 1) {
      const vector = vectorOf(query % clusters)
      const found = await find(vector, filter && { filter })
      const expected = nearest(vector, matches)
      const ids = new Set(found.candidates.map(({ passage }) => passage.id))
      expect(found.candidates).toHaveLength(expected.length)
      expect(found.explain.reason).toBe(reason)
      hits += expected.filter((id) => ids.has(id)).length
      wanted += expected.length
    }
    expect(hits / wanted).toBeGreaterThanOrEqual(0.95)
  })

  test('scores all of what matches where the index comes by too little of it', async () => {
    const filter = { metadata: [{ path: ['side'], equals: 'r' }] }
    // All of the other side is nearer, and more than the index is asked for.
    const vector = Float32Array.from({ length: dimensions }, (_value, index) => (index === 0 ? 1 : 0))
    const found = await find(vector, { filter })
    expect(found.explain).toMatchObject({ strategy: 'EXACT', reason: 'INDEX_FELL_SHORT', efSearch: 100 })
    const expected = nearest(vector, ({ side }) => side === 'r')
    const ids = found.candidates.map(({ passage }) => passage.id)
    // Vectors are stored with 11 bits a number: those that are equally far may change places.
    expect(expected.filter((id) => ids.includes(id)).length).toBeGreaterThanOrEqual(9)
  })

  test('fills topK from a small collection in a large space', async () => {
    for (let cluster = 0; cluster < clusters; cluster += 1) {
      const { candidates, explain } = await find(vectorOf(cluster), { collection: 'small' })
      expect(candidates).toHaveLength(10)
      expect(new Set(candidates.map(({ passage }) => passage.collectionId))).toEqual(
        new Set([collections.small]),
      )
      expect(explain).toMatchObject({ strategy: 'EXACT', reason: 'FEW_PASSAGES', efSearch: null })
    }
    expect((await find(vectorOf(0), { collection: 'small', limit: 100 })).candidates).toHaveLength(60)
  })

  test('sees no other workspace, by name or by id', async () => {
    const own = await find(vectorOf(0), { workspaceId: otherWorkspace })
    expect(own.collectionId).toBe(collections.foreign)
    expect(new Set(own.candidates.map(({ passage }) => passage.workspaceId))).toEqual(
      new Set([otherWorkspace]),
    )
    const filter = { metadata: [{ path: ['half'], exists: true }] }
    const foreign = { collection: collections.foreign, filter }
    expect(await find(vectorOf(0), foreign)).toMatchObject({ collectionId: null, candidates: [] })
    const documentIds = stored.slice(0, 5).map(({ id }) => id)
    const ids = { collection: collections.foreign, workspaceId: otherWorkspace, filter: { documentIds } }
    expect(await find(vectorOf(0), ids)).toMatchObject({ candidates: [] })
  })
})
