import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, kinds } from '../../test/testkit/open-database.ts'
import { defaultWorkspaceId } from '../access/keys.ts'
import type { Database } from './database.ts'
import { filterCondition, type MetadataFields } from './sql/document-filter.ts'
import { uuidV7 } from './uuid-v7.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The same numbers on every run. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = mulberry(7)
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
const keys = [
  'a',
  'b',
  'c',
  '0',
  '1',
  '-1',
  ' 1',
  'ключ',
  '😀',
  'a"}b',
  '__proto__',
  'constructor',
  '$.a',
] as const
const scalars = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  10,
  1e21,
  '',
  'a',
  'A',
  'ä',
  'ab',
  '1',
  '10',
  'true',
  '😀',
  '\uffff',
]

function value(depth: number): Json {
  const kind = depth === 0 ? 0 : random()
  if (kind < 0.6) return pick(scalars)
  if (kind < 0.8) return Array.from({ length: Math.floor(random() * 3) }, () => value(depth - 1))
  return object(depth - 1)
}

function object(depth: number): { readonly [key: string]: Json } {
  const entries = Array.from({ length: Math.floor(random() * 4) }, () => [pick(keys), value(depth)] as const)
  return Object.fromEntries(entries)
}

/** The contract, in the plainest way. */
function valueAt(metadata: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = metadata
  for (const key of path) {
    if (Array.isArray(at)) at = /^\s*[+-]?\d+$/.test(key) ? (at as Json[]).at(Number(key)) : undefined
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, key)) {
      at = (at as { [key: string]: Json })[key]
    } else return undefined
  }
  return at
}

function holds(metadata: Json, { path, ...condition }: MetadataFields): boolean {
  const found = valueAt(metadata, path)
  if (condition.exists !== undefined) return (found !== undefined) === condition.exists
  if (found === undefined) return false
  if (condition.equals !== undefined) return isDeepStrictEqual(found, condition.equals)
  if (condition.in) return condition.in.some((each) => isDeepStrictEqual(found, each))
  const operand = condition.gte ?? condition.lte
  if (typeof found !== typeof operand) return false
  const order =
    typeof found === 'string'
      ? Buffer.compare(Buffer.from(found), Buffer.from(operand as string))
      : Number(found) - Number(operand)
  return condition.gte === undefined ? order <= 0 : order >= 0
}

function condition(): MetadataFields {
  const path = Array.from({ length: pick([1, 1, 1, 2, 2, 3, 8]) }, () => pick(keys))
  const comparable = () =>
    pick(scalars.filter((each) => typeof each === 'string' || typeof each === 'number'))
  return pick([
    () => ({ path, equals: value(2) }),
    () => ({ path, in: Array.from({ length: 1 + Math.floor(random() * 4) }, () => value(1)) }),
    () => ({ path, in: Array.from({ length: 1 + Math.floor(random() * 4) }, () => value(0)) }),
    () => ({ path, gte: comparable() }),
    () => ({ path, lte: comparable() }),
    () => ({ path, exists: random() < 0.5 }),
  ])()
}

describe.each(kinds)('filters on %s', () => {
  const documents = Array.from({ length: 400 }, () => ({ id: uuidV7(), metadata: object(3) }))
  const [collection, other] = [uuidV7(), uuidV7()]
  const stack = new AsyncDisposableStack()
  let database: Database

  beforeAll(async () => {
    database = await stack.use(await createDatabase()).open()
    for (const id of [collection, other]) {
      await database.pool.query(
        'INSERT INTO collection (id, workspace_id, name) VALUES ($1, $2, $1::uuid::text)',
        [id, defaultWorkspaceId],
      )
      // The other collection's documents match as well, and are never found.
      await database.pool.query(
        `INSERT INTO document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash, bytes,
           metadata, updated_at)
         SELECT id, $1, $2, id, '', '', '', 0, metadata, now() FROM unnest($3::uuid[], $4::jsonb[]) AS t (id, metadata)`,
        [
          defaultWorkspaceId,
          id,
          documents.map((each) => (id === collection ? each.id : uuidV7())),
          documents.map(({ metadata }) => JSON.stringify(metadata)),
        ],
      )
    }
    await database.pool.query('ANALYZE document')
  })
  afterAll(() => stack.disposeAsync())

  async function matching(metadata: readonly MetadataFields[], settings: string): Promise<string[]> {
    const { sql, parameters } = filterCondition({ metadata }, 2)
    const client = await database.pool.connect()
    try {
      await client.query(`BEGIN; ${settings}`)
      const { rows } = await client.query<{ id: string }>(
        `SELECT id FROM document WHERE collection_id = $1${sql} ORDER BY id`,
        [collection, ...parameters],
      )
      return rows.map(({ id }) => id)
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }

  test.each([
    ['reading every document', 'SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = off'],
    ['by the indexes', 'SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off'],
  ])('leave what the contract says, %s', async (_how, settings) => {
    let found = 0
    for (let round = 0; round < 300; round += 1) {
      const conditions = Array.from({ length: pick([1, 1, 1, 2]) }, condition)
      const expected = documents.filter(({ metadata }) => conditions.every((each) => holds(metadata, each)))
      expect(await matching(conditions, settings), JSON.stringify(conditions)).toEqual(
        expected.map(({ id }) => id).toSorted(),
      )
      found += expected.length
    }
    // The conditions are such that there is something to find.
    expect(found).toBeGreaterThan(1_000)
  })

  test.each<[string, MetadataFields]>([
    ['equals', { path: ['a'], equals: 'ab' }],
    ['equals of an object', { path: ['a'], equals: { b: 1 } }],
    ['in', { path: ['a'], in: [1, 'ab'] }],
    ['gte', { path: ['ключ'], gte: 1 }],
    ['exists', { path: ['ключ', 'a'], exists: true }],
  ])('%s is an index condition beside the collection', async (_operator, metadata) => {
    const { sql, parameters } = filterCondition({ metadata: [metadata] }, 2)
    const client = await database.pool.connect()
    try {
      await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off')
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT id FROM document WHERE collection_id = $1${sql}`,
        [collection, ...parameters],
      )
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toContain('document_collection_id_metadata_idx')
      for (const line of plan.split('\n').filter((each) => each.includes('Index Cond'))) {
        expect(line).toContain('collection_id')
      }
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  })
})
