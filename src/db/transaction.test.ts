import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../test/testkit/open-database.ts'
import type { Database } from './database.ts'
import { retryConflict } from './retry-conflict.ts'
import { sessionSettings } from './session-settings.ts'
import { ensureSpace } from './sql/embedding-space.ts'
import { transaction } from './transaction.ts'

describe.each(kinds)('a database on %s', (kind) => {
  let closed: ClosedDatabase
  let database: Database

  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
    await database.pool.query('CREATE TABLE note (text TEXT PRIMARY KEY)')
  })
  afterAll(() => closed?.[Symbol.asyncDispose]())

  const write = (text: string) => (client: { query(text: string, values: unknown[]): Promise<unknown> }) =>
    client.query('INSERT INTO note VALUES ($1)', [text])
  const notes = async () =>
    (await database.pool.query('SELECT text FROM note ORDER BY text')).rows.map((row) => row.text)

  test('keeps what a transaction wrote exactly if it ends well', async () => {
    await transaction(database.pool, write('kept'))
    const failed = transaction(database.pool, async (client) => {
      await write('lost')(client)
      throw new TypeError('no')
    })
    await expect(failed).rejects.toThrow(TypeError)
    expect(await notes()).toEqual(['kept'])
  })

  test('tells where a swallowed error has undone the transaction', async () => {
    const swallowed = transaction(database.pool, async (client) => {
      await write('also lost')(client)
      await client.query('SELECT 1 / 0').catch(() => {})
    })
    await expect(swallowed).rejects.toThrow('rolled back')
    expect(await notes()).not.toContain('also lost')
  })

  test.runIf(kind === 'server')('gives back no client whose connection was lost', async () => {
    const lost = transaction(database.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
      await write('lost with its connection')(client)
    })
    await expect(lost).rejects.toThrow()
    for (let index = 0; index < 20; index++) await database.pool.query('SELECT 1')
    expect(database.pool.totalCount - database.pool.idleCount).toBe(0)
  })

  test('tries again what lost a race, some times', async () => {
    let tries = 0
    const result = await retryConflict(async () => {
      tries += 1
      if (tries < 3) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
      return 'done'
    })
    expect([result, tries]).toEqual(['done', 3])
    await expect(retryConflict(() => transaction(database.pool, write('kept')))).rejects.toThrow(
      'duplicate key',
    )
    await expect(
      retryConflict(async () => {
        throw new RangeError('other')
      }),
    ).rejects.toThrow(RangeError)
  })

  test('gives every session its settings', async () => {
    for (const [name, value] of Object.entries(sessionSettings)) {
      const { rows } = await database.pool.query('SELECT current_setting($1) AS value', [name])
      expect(rows[0].value).toBe(value)
    }
  })

  test('makes one space for a model, however many processes ask for it', async () => {
    const spaces = await Promise.all(Array.from({ length: 8 }, () => ensureSpace(database.pool, 'model', 8)))
    expect(new Set(spaces.map(({ id }) => id)).size).toBe(1)
    expect((await ensureSpace(database.pool, 'model', 16)).id).not.toBe(spaces[0]?.id)
    const { rows } = await database.pool.query(
      `SELECT indexname FROM pg_indexes WHERE tablename = 'chunk_embedding_' || $1::int AND indexdef LIKE '%hnsw%'`,
      [spaces[0]?.id],
    )
    expect(rows).toHaveLength(1)
  })
})
