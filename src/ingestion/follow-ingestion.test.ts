import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, forever, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { NotFoundError } from '../errors.ts'

describe.each(kinds)('following an ingestion on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function accepted(...texts: string[]) {
    const { ingestion, results } = await world.ingestions.accept(world.caller, 'default', texts.map(draft))
    return { id: ingestion?.id ?? '', documentIds: results.map(({ document }) => document?.id ?? '') }
  }
  const follow = (id: string, signal = forever) => world.ingestions.follow(world.caller, id, signal)
  const rest = async (stream: ReturnType<typeof follow>) => (await Array.fromAsync(stream)).at(-1)

  test('tells it now, after changes, and at its end', async () => {
    const { id } = await accepted('One', 'Two')
    const stream = follow(id)
    expect((await stream.next()).value).toMatchObject({ id, finishedAt: null })
    const [, last] = await Promise.all([world.work(), rest(stream)])
    expect(last?.finishedAt).not.toBeNull()
    expect(await rest(follow(id)), 'of one that has ended').toEqual(last)
  })

  test('ends when it is cancelled, and when its documents are deleted', async () => {
    const one = await accepted('Three')
    const other = await accepted('Four')
    const ends = Promise.all([rest(follow(one.id)), rest(follow(other.id))])
    await world.ingestions.cancel(world.caller, one.id)
    await world.ingestions.deleteDocuments(world.caller, other.documentIds)
    const [cancelled, deleted] = await ends
    expect(cancelled?.finishedAt).not.toBeNull()
    expect(deleted?.finishedAt).not.toBeNull()
    await world.work()
  })

  test('ends when its collection is deleted', async () => {
    const { ingestion } = await world.ingestions.accept(world.caller, 'gone', [draft('Five')])
    const stream = follow(ingestion?.id ?? '')
    await stream.next()
    using watch = world.changes.watch(ingestion?.id ?? '')
    await world.collections.delete(world.caller, 'gone')
    // Told, and not found out: the follower would look again by itself, but later.
    await watch.next(forever, 3_600_000)
    expect(await stream.next()).toEqual({ done: true, value: undefined })
    await expect(follow(ingestion?.id ?? '').next()).rejects.toThrow(NotFoundError)
  })

  test('ends with its signal, and leaves nothing behind', async () => {
    const { id } = await accepted('Six')
    const aborting = new AbortController()
    const stream = follow(id, aborting.signal)
    await stream.next()
    const next = stream.next()
    aborting.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test('goes on after a retry', async () => {
    const { id } = await accepted('Seven')
    await world.ingestions.cancel(world.caller, id)
    await world.ingestions.retry(world.caller, id)
    const stream = follow(id)
    expect((await stream.next()).value).toMatchObject({ finishedAt: null })
    const [, last] = await Promise.all([world.work(), rest(stream)])
    expect(last?.finishedAt).not.toBeNull()
  })
})
