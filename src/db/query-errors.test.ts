import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../test/testkit/open-database.ts'
import type { Database } from './database.ts'
import { statement } from './statement.ts'

describe.each(kinds)('queries that fail on %s', (kind) => {
  let closed: ClosedDatabase
  let database: Database
  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
  })
  afterAll(() => closed?.[Symbol.asyncDispose]())

  test('leave to every other its own answer, prepared or not', async () => {
    const { pool } = database
    const number = statement<[number: number], { n: number }>('errors', 'number', 'SELECT $1::int AS n')
    const divide = statement<[number: number], { n: number }>('errors', 'divide', 'SELECT 1 / $1::int AS n')
    const ask = [
      async (n: number) => (await number(pool, n))[0]?.n,
      async (n: number) => (await pool.query<{ n: number }>('SELECT $1::int AS n', [n])).rows[0]?.n,
      () => divide(pool, 0).then(undefined, ({ code }) => code),
      () => pool.query('SELECT 1 / 0').then(undefined, ({ code }) => code),
      () => pool.query({ name: 'nothing', text: 'SELECT FROM nothing' }).then(undefined, ({ code }) => code),
    ]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => (ask[n % ask.length] as (n: number) => Promise<unknown>)(n)),
    )
    expect(answers).toEqual(
      Array.from({ length: 200 }, (_, n) => [n, n, '22012', '22012', '42P01'][n % ask.length]),
    )
    expect(await number(pool, 7)).toEqual([{ n: 7 }])
  })

  test.runIf(kind === 'embedded')('tell whoever waits for nothing that it has to', async () => {
    const { pool } = database
    await expect(pool.query('SELECT 1', (() => {}) as never)).rejects.toThrow('no callbacks')
    expect((await pool.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
  })
})
