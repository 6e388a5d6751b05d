import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type ClosedDatabase, createDatabase, kinds } from '../../test/testkit/open-database.ts'
import { patience } from '../../test/testkit/patience.ts'
import { createChangeFeed } from './change-feed.ts'
import type { Database } from './database.ts'

const forever = new AbortController().signal

describe.each(kinds)('notifications on %s', (kind) => {
  let closed: ClosedDatabase
  let database: Database
  const closing = new AsyncDisposableStack()

  beforeAll(async () => {
    closed = await createDatabase()
    database = await closed.open()
  })
  afterEach(() => vi.restoreAllMocks())
  afterAll(async () => {
    await closing.disposeAsync()
    await closed?.[Symbol.asyncDispose]()
  })

  const notify = (channel: string, payload: string) =>
    database.pool.query('SELECT pg_notify($1, $2)', [channel, payload])
  async function listen(channel: string) {
    const heard: string[] = []
    const reconnected = vi.fn()
    const subscription = await database.notifications.listen(
      channel,
      (payload) => heard.push(payload),
      reconnected,
    )
    closing.defer(() => subscription.close())
    return { heard, reconnected, subscription }
  }

  test('reach all listeners of their channel and no other, until they close', async () => {
    const one = await listen('one')
    const two = await listen('one')
    const other = await listen('An "other" channel')
    await notify('one', 'a')
    await notify('An "other" channel', 'b')
    await vi.waitFor(
      () => expect([one.heard, two.heard, other.heard]).toEqual([['a'], ['a'], ['b']]),
      patience,
    )
    await two.subscription.close()
    await notify('one', 'c')
    await vi.waitFor(() => expect(one.heard).toEqual(['a', 'c']), patience)
    expect(two.heard).toEqual(['a'])
  })

  test('come when their transaction commits, and not where it is rolled back', async () => {
    const { heard } = await listen('transactional')
    for (const end of ['ROLLBACK', 'COMMIT']) {
      const client = await database.pool.connect()
      await client.query('BEGIN')
      await client.query(`SELECT pg_notify('transactional', $1)`, [end])
      await client.query(end)
      client.release()
    }
    await vi.waitFor(() => expect(heard).toEqual(['COMMIT']), patience)
  })

  test('of a change feed wake whoever waits for that one thing, once for changes that nobody waited for', async () => {
    await using stack = new AsyncDisposableStack()
    const feed = await createChangeFeed(database.notifications, 'feed')
    stack.defer(() => feed.close())
    using first = feed.watch('first')
    using second = feed.watch('second')
    await notify('feed', 'first')
    await notify('feed', 'first')
    await first.next(forever, 20_000)

    const aborting = new AbortController()
    const waiting = second.next(aborting.signal, 20_000)
    await notify('feed', 'first')
    await first.next(forever, 20_000)
    aborting.abort()
    await expect(waiting).rejects.toThrow('aborted')
    await second.next(forever, 1)
  })

  test('of one watch that ends do not end with another of the same thing', async () => {
    await using stack = new AsyncDisposableStack()
    const feed = await createChangeFeed(database.notifications, 'feed')
    stack.defer(() => feed.close())
    const first = feed.watch('thing')
    first[Symbol.dispose]()
    using second = feed.watch('thing')
    first[Symbol.dispose]()
    await notify('feed', 'thing')
    // Where it is not heard, the test's own time is over first.
    await second.next(forever, 3_600_000)
  })

  test.runIf(kind === 'server')(
    'are heard again after the connection was lost, and the gap is told',
    async () => {
      const { heard, reconnected } = await listen('lost')
      const feed = await createChangeFeed(database.notifications, 'lost')
      closing.defer(() => feed.close())
      using watch = feed.watch('anything')
      for (let loss = 1; loss <= 2; loss++) {
        const { rowCount } = await database.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'`,
        )
        expect(rowCount).toBe(1)
        await vi.waitFor(() => expect(reconnected).toHaveBeenCalledTimes(loss), patience)
        // Whoever waits looks for itself what it could have missed.
        await watch.next(forever, 20_000)
        await notify('lost', `${loss}`)
        await vi.waitFor(() => expect(heard.at(-1)).toBe(`${loss}`), patience)
      }
      const again = await listen('after')
      await notify('after', 'x')
      await vi.waitFor(() => expect(again.heard).toEqual(['x']), patience)
    },
  )
})
