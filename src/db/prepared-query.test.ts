import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../test/testkit/open-database.ts'
import type { Database } from './database.ts'
import { PreparedQuery } from './prepared-query.ts'
import { statement } from './statement.ts'
import { transaction } from './transaction.ts'

describe.each(kinds)('prepared statements on %s', () => {
  let closed: ClosedDatabase
  let database: Database
  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
    await database.pool.query('CREATE TABLE thing (id INTEGER PRIMARY KEY, at TIMESTAMPTZ)')
  })
  afterAll(() => closed?.[Symbol.asyncDispose]())

  /** Not the pool: it gives up a connection whose statement failed, and the embedded database has no other. */
  async function withClient(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await database.pool.connect()
    try {
      await work(client)
    } finally {
      client.release()
    }
  }

  const text = `SELECT $1::int AS number, $2::text[] AS texts, $3::jsonb AS json, $4::timestamptz AS at,
    $5::bytea AS bytes, NULL AS nothing, 0.5::float8 AS half, true AS yes`
  const values = [7, ['a', 'b "c"'], { d: [1] }, new Date('2026-11-21T10:00:00.000Z'), Buffer.from('é')]
  const row = {
    number: 7,
    texts: ['a', 'b "c"'],
    json: { d: [1] },
    at: new Date('2026-11-21T10:00:00.000Z'),
    bytes: Buffer.from('é'),
    nothing: null,
    half: 0.5,
    yes: true,
  }

  test('give the same each time, as pg itself does', async () => {
    const types = statement<unknown[], typeof row>('prepared', 'types', text)
    await withClient(async (client) => {
      for (let call = 0; call < 3; call++) expect(await types(client, ...values)).toEqual([row])
      const query = { name: 'prepared.types', text, values }
      expect((await client.query(query)).rows).toEqual([row])
      expect(await types(client, ...values)).toEqual([row])
    })
    const calls = Array.from({ length: 30 }, () => types(database.pool, ...values))
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 30 }, () => [row]))
  })

  test('give what their rows are, many or none', async () => {
    const numbers = statement<[count: number], { n: number }>(
      'prepared',
      'numbers',
      'SELECT n FROM generate_series(1, $1::int) AS n',
    )
    for (const count of [3, 0, 2_000, 1]) {
      const rows = await numbers(database.pool, count)
      expect(rows).toEqual(Array.from({ length: count }, (_, index) => ({ n: index + 1 })))
    }
  })

  test('count what they changed', async () => {
    const query = () =>
      new PreparedQuery(
        'prepared.insert',
        'INSERT INTO thing (id) SELECT generate_series($1::int, $2)',
        [1, 3],
      )
    await withClient(async (client) => {
      const inserted = client.query(query())
      expect(await inserted.done()).toMatchObject({ rows: [], rowCount: 3 })
      await expect(client.query(query()).done()).rejects.toMatchObject({ code: '23505' })
      await client.query('DELETE FROM thing')
      expect((await client.query(query()).done()).rowCount).toBe(3)
    })
  })

  test('that fail leave the connection to the next', () =>
    withClient(async (client) => {
      const divide = statement<[by: number], { result: number }>(
        'prepared',
        'divide',
        'SELECT 6 / $1::int AS result',
      )
      await expect(divide(client, 0)).rejects.toMatchObject({ code: '22012' })
      expect(await divide(client, 3)).toEqual([{ result: 2 }])
      await expect(divide(client, 0)).rejects.toMatchObject({ code: '22012' })
      const wrong = statement<[], never>('prepared', 'wrong', 'SELECT FROM nothing_there')
      for (let call = 0; call < 2; call++) {
        await expect(wrong(client)).rejects.toMatchObject({ code: '42P01' })
      }
      expect(await divide(client, 2)).toEqual([{ result: 3 }])
    }))

  test('whose parameters cannot be sent fail before anything is', () =>
    withClient(async (client) => {
      const echo = statement<[unknown], { value: string }>('prepared', 'echo', 'SELECT $1::text AS value')
      const hostile = {
        toPostgres() {
          throw new Error('no')
        },
      }
      await expect(echo(client, hostile)).rejects.toThrow('no')
      expect(await echo(client, 'yes')).toEqual([{ value: 'yes' }])
    }))

  test('are prepared anew once the schema is another one', async () => {
    const all = statement<[], object>('prepared', 'all', 'SELECT * FROM altered')
    await database.pool.query('CREATE TABLE altered AS SELECT 1 AS a')
    const everywhere = () => Promise.all(Array.from({ length: 30 }, () => all(database.pool)))
    await everywhere()
    await withClient(async (client) => {
      expect(await all(client)).toEqual([{ a: 1 }])
      await client.query('ALTER TABLE altered ADD COLUMN b INTEGER')
      // Whether a transaction is open the statement cannot know: the next one goes on.
      await expect(all(client)).rejects.toMatchObject({ code: '0A000' })
      for (let call = 0; call < 2; call++) expect(await all(client)).toEqual([{ a: 1, b: null }])
    })
    await database.pool.query('ALTER TABLE altered ADD COLUMN c INTEGER')
    for (const rows of await everywhere()) expect(rows).toEqual([{ a: 1, b: null, c: null }])
  })

  test('do not share a name', async () => {
    const one = statement<[], { x: number }>('prepared', 'same', 'SELECT 1 AS x')
    const other = statement<[], { x: number }>('prepared', 'same', 'SELECT 2 AS x')
    await transaction(database.pool, async (client) => {
      expect(await one(client)).toEqual([{ x: 1 }])
      await expect(other(client)).rejects.toThrow('prepared.same')
      expect(await one(client)).toEqual([{ x: 1 }])
    })
  })
})
