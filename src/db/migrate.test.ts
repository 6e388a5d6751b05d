import { afterEach, describe, expect, test } from 'vitest'
import { createDatabase, kinds, logger } from '../../test/testkit/open-database.ts'
import { openQueue } from '../jobs/open-queue.ts'
import { migrate } from './migrate.ts'
import { atLeast, openServer, UnusableServerError } from './open-server.ts'
import { applyMigrations } from './schema-engine.ts'

describe.each(kinds)('migrating on %s', (kind) => {
  const stack = new AsyncDisposableStack()
  afterEach(() => stack.disposeAsync())

  test('brings an empty database to the schema, of several processes at once in one', {
    timeout: 60_000,
  }, async () => {
    const empty = stack.use(await createDatabase({ empty: true }))
    const processes = kind === 'server' ? 3 : 1
    let atWork = 0
    let most = 0
    await Promise.all(
      Array.from({ length: processes }, async () => {
        const database = await empty.open()
        await migrate(database, async () => {
          most = Math.max(most, ++atWork)
          const boss = await openQueue(database, { work: false }, logger)
          stack.defer(() => boss.stop({ graceful: false, close: false }))
          atWork -= 1
        })
        expect(await database.prisma.workspace.count()).toBe(1)
      }),
    )
    expect(most).toBe(1)
    const database = kind === 'server' ? await empty.open() : null
    if (!database) return
    expect(await applyMigrations(database.pool)).toEqual([])
    const { rows } = await database.pool.query(
      'SELECT count(*)::int AS count FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    )
    expect(rows[0].count).toBeGreaterThan(0)
  })
})

test.each([
  ['0.8.4', true],
  ['0.8.7', true],
  ['0.9.0', true],
  ['1.0', true],
  ['0.10', true],
  ['0.8.3', false],
  ['0.8', false],
  ['0.7.9', false],
])('pgvector %s: %s', (version, enough) => {
  expect(atLeast(version, [0, 8, 4])).toBe(enough)
})

test('a server that cannot be reached is refused by its address, without the password', async () => {
  const refused = openServer({ url: 'postgresql://me:secret@127.0.0.1:1/none' }, logger)
  await expect(refused).rejects.toThrow(UnusableServerError)
  await expect(refused).rejects.toThrow(/^Cannot reach PostgreSQL at 127\.0\.0\.1:1\/none: .*ECONNREFUSED/)
  await expect(refused).rejects.not.toThrow('secret')
})
