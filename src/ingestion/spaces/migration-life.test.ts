import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { draft, forever } from '../../../test/testkit/ingest-world.ts'
import { insideTransaction } from '../../../test/testkit/locks.ts'
import { type MigrationWorld, openMigrationWorld } from '../../../test/testkit/migration-world.ts'
import { kinds } from '../../../test/testkit/open-database.ts'
import { fillSpace } from '../../db/sql/embedding-fill.ts'
import { transaction } from '../../db/transaction.ts'
import { ConflictError, ForbiddenError, NotFoundError } from '../../errors.ts'
import { FailureCode, FailureError } from '../../failure.ts'
import { createEmbedders } from '../../providers/embeddings/embedders.ts'
import type { RetrievalMode } from '../../retrieval/retrieval.ts'
import { createMigrations } from './create-migrations.ts'
import { dropVectors } from './drop-vectors.ts'

const nothing = { model: null, dimensions: null }
const words = [
  'lantern',
  'harbour',
  'granite',
  'meadow',
  'copper',
  'violin',
  'orchard',
  'saffron',
  'glacier',
  'timber',
]

describe.each(kinds)('a change of the embedding model on %s', (kind) => {
  let world: MigrationWorld
  beforeAll(async () => {
    world = await openMigrationWorld()
  })
  beforeEach(() => world.moveIn())
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function ingest(...texts: string[]): Promise<void> {
    const drafts = texts.map((text) => draft({ externalId: text, title: 'T', source: { text } }))
    await world.ingestions.accept(world.caller, 'default', drafts)
    expect(new Set(await world.work())).toEqual(new Set(['ready']))
  }
  const start = () => world.migrations.start(world.admin, nothing)
  const retrieve = (query: string, mode: RetrievalMode = 'VECTOR') =>
    world.retriever.retrieve(
      world.caller,
      { query, collection: 'default', topK: 20, mode, filter: null, minScore: null },
      forever,
    )
  const active = async () =>
    (
      await world.rows<{ dimensions: number }>(
        `SELECT dimensions FROM workspace JOIN embedding_space AS space ON space.id = embedding_space_id
       WHERE workspace.id = $1`,
        world.caller.workspaceId,
      )
    )[0]?.dimensions ?? null

  test('fills the new space beside the one that is searched, switches, and drops the old one', async () => {
    await ingest(...words)
    const started = await start()
    expect(started).toMatchObject({
      status: 'RUNNING',
      fromDimensions: 64,
      toDimensions: 32,
      finishedAt: null,
    })
    expect((await start()).id, 'the same again').toBe(started.id)
    const followed = Array.fromAsync(world.migrations.follow(world.caller, started.id, forever))
    expect(await active()).toBe(64)

    // What is ingested meanwhile has vectors in both at once.
    await ingest('A pelican')
    await world.fillAll()
    const { fromSpaceId, toSpaceId } = started
    expect(await world.vectors()).toEqual({
      passages: 11,
      spaces: { [fromSpaceId ?? 0]: 11, [toSpaceId ?? 0]: 11 },
    })
    await ingest('A walrus')
    expect((await world.vectors()).spaces[toSpaceId ?? 0]).toBe(12)
    expect(await world.fillOnce(), 'nothing is left to the fill').toBe(null)
    expect(world.next.texts.toSorted(), 'each is embedded once').toEqual(
      [...words, 'A pelican', 'A walrus'].map((text) => `T\n${text}`).toSorted(),
    )
    const ready = await world.migrations.find(world.caller, null)
    expect(ready).toMatchObject({ id: started.id, status: 'READY', embedded: 11, total: 11, rejected: 0 })

    world.next.texts.length = 0
    expect((await retrieve('walrus')).hits).toHaveLength(12)
    expect(world.next.texts, 'the old model is searched until the switch').toEqual([])
    const completed = await world.migrations.complete(world.admin, started.id)
    expect(completed).toMatchObject({ status: 'COMPLETED', embedded: 12, total: 12 })
    expect(await world.migrations.complete(world.admin, started.id), 'once more').toEqual(completed)
    expect((await retrieve('walrus')).hits).toHaveLength(12)
    expect(world.next.texts).toEqual(['walrus'])
    expect((await followed).map(({ status }) => status).at(-1)).toBe('COMPLETED')
    await expect(world.migrations.abandon(world.admin, started.id)).rejects.toBeInstanceOf(ConflictError)

    await world.dropAll()
    expect(await world.vectors()).toEqual({ passages: 12, spaces: { [toSpaceId ?? 0]: 12 } })
    expect(await world.rows('SELECT dimensions FROM embedding_space')).toEqual([{ dimensions: 32 }])
    expect(await world.rows(`SELECT FROM pg_class WHERE relname = 'chunk_embedding_${fromSpaceId}'`)).toEqual(
      [],
    )
    await ingest('A heron')
    expect((await world.vectors()).spaces).toEqual({ [toSpaceId ?? 0]: 13 })
    // Its models are told after its spaces are gone.
    expect(await world.migrations.find(world.caller, started.id)).toMatchObject({ fromModel: 'bag-of-words' })
  })

  test('is refused to whoever may not, without a model, and while it is not ready', async () => {
    await ingest(...words)
    await expect(world.migrations.start(world.caller, nothing)).rejects.toBeInstanceOf(ForbiddenError)
    await expect(
      world.migrations.start(world.admin, { model: 'other', dimensions: null }),
    ).rejects.toMatchObject({
      details: { reason: 'NOT_CONFIGURED' },
    })
    await expect(world.migrations.start(world.admin, { model: null, dimensions: 64 })).rejects.toMatchObject({
      details: { reason: 'ALREADY_ACTIVE' },
    })
    const { id } = await start()
    await expect(world.migrations.complete(world.caller, id)).rejects.toBeInstanceOf(ForbiddenError)
    await expect(world.migrations.abandon(world.caller, id)).rejects.toBeInstanceOf(ForbiddenError)
    await expect(world.migrations.complete(world.admin, id)).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'NOT_READY', missing: words.length },
    })
    await world.fillAll()
    // A passage that lost its vector is noticed at the switch, whatever was counted before.
    await world.rows(
      `DELETE FROM chunk_embedding WHERE chunk_id = (SELECT id FROM chunk LIMIT 1) AND space_id <> (
         SELECT embedding_space_id FROM workspace WHERE id = $1)`,
      world.caller.workspaceId,
    )
    await expect(world.migrations.complete(world.admin, id)).rejects.toMatchObject({
      details: { missing: 1 },
    })
    expect(await world.migrations.find(world.caller, id)).toMatchObject({ status: 'RUNNING' })
    await world.fillAll()
    expect(await world.migrations.complete(world.admin, id)).toMatchObject({ status: 'COMPLETED' })
  })

  test('is not seen from another workspace, and does not touch it', async () => {
    const other = { ...world.admin, workspaceId: '01940000-0000-7000-8000-000000000000' }
    await world.database.prisma.workspace.create({ data: { id: other.workspaceId, name: 'other' } })
    await ingest(...words)
    await world.ingestions.accept(other, 'default', [draft('Theirs')])
    await world.work()
    const { id, toSpaceId } = await start()
    await world.fillAll()
    const { migrations } = world
    expect(await migrations.find(other, id)).toBeNull()
    expect(await migrations.find(other, null)).toBeNull()
    for (const end of [migrations.complete, migrations.abandon])
      await expect(end(other, id)).rejects.toBeInstanceOf(NotFoundError)
    await expect(migrations.follow(other, id, forever).next()).rejects.toBeInstanceOf(NotFoundError)
    expect(await migrations.find(world.caller, id)).toMatchObject({ total: words.length })
    expect((await world.vectors(other.workspaceId)).spaces[toSpaceId ?? 0]).toBeUndefined()
    await migrations.complete(world.admin, id)
    await world.dropAll()
    const theirs = await world.vectors(other.workspaceId)
    expect(theirs.passages).toBe(1)
    expect(Object.values(theirs.spaces)).toEqual([1])
    expect(Object.values((await world.vectors()).spaces)).toEqual([words.length])
    // The old space is theirs still. When they leave it, too, it goes.
    const second = await migrations.start(other, nothing)
    expect(second.toSpaceId).toBe(toSpaceId)
    await world.fillAll()
    await migrations.complete(other, second.id)
    await world.dropAll()
    expect(await world.rows('SELECT dimensions FROM embedding_space')).toEqual([{ dimensions: 32 }])
  })

  test('that is abandoned leaves nothing behind, and can be begun again', async () => {
    await ingest(...words)
    const first = await start()
    await world.fillAll()
    const abandoned = await world.migrations.abandon(world.admin, first.id)
    expect(abandoned).toMatchObject({ status: 'ABANDONED' })
    expect(await world.migrations.abandon(world.admin, first.id)).toEqual(abandoned)
    await expect(world.migrations.complete(world.admin, first.id)).rejects.toBeInstanceOf(ConflictError)
    expect((await retrieve('lantern')).hits).toHaveLength(words.length)
    await world.dropAll()
    expect(Object.values((await world.vectors()).spaces)).toEqual([words.length])
    const again = await start()
    expect(again.id).not.toBe(first.id)
    await world.fillAll()
    expect(await world.migrations.complete(world.admin, again.id)).toMatchObject({ status: 'COMPLETED' })
    expect((await retrieve('lantern')).hits).toHaveLength(words.length)
  })

  test('leaves the vectors of a switch to the searches that have begun, whatever else is deleted', async () => {
    await ingest(...words)
    const first = await start()
    await world.fillAll()
    await world.migrations.complete(world.admin, first.id)
    // Begun the other way and abandoned: its vectors go at once, and are those that were searched until now.
    const back = { model: null, dimensions: 64 }
    const { id } = await world.migrations.start(world.admin, back)
    await world.migrations.abandon(world.admin, id)
    await dropVectors(world.database.pool, world.caller.workspaceId, forever)
    const left = async () => (await world.vectors()).spaces[first.fromSpaceId ?? 0]
    expect(await left()).toBe(words.length)
    await world.dropAll()
    expect(await left()).toBeUndefined()
    expect(await world.rows('SELECT dimensions FROM embedding_space')).toEqual([{ dimensions: 32 }])
    expect(
      await world.rows(`SELECT FROM pgboss.job WHERE name = 'drop-vectors' AND state < 'completed'`),
    ).toEqual([])
  })

  test('that is abandoned while its passages are being embedded gets no more vectors', async () => {
    await ingest(...words)
    const { id } = await start()
    const gate = Promise.withResolvers<void>()
    world.next.gate = gate.promise
    const filling = world.fillOnce()
    await expect.poll(() => world.next.texts.length).toBeGreaterThan(0)
    await world.migrations.abandon(world.admin, id)
    gate.resolve()
    world.next.gate = null
    expect(await filling).toBe(true)
    await world.dropAll()
    expect(Object.values((await world.vectors()).spaces)).toEqual([words.length])
  })

  test('ends with its workspace', async () => {
    await ingest(...words)
    await start()
    const gate = Promise.withResolvers<void>()
    world.next.gate = gate.promise
    const filling = world.fillOnce()
    await expect.poll(() => world.next.texts.length).toBeGreaterThan(0)
    await world.rows('DELETE FROM workspace WHERE id = $1', world.caller.workspaceId)
    gate.resolve()
    expect(await filling).toBe(true)
    expect(await world.vectors()).toEqual({ passages: 0, spaces: {} })
    expect(await world.rows('SELECT FROM embedding_migration')).toEqual([])
  })

  test('goes on after an interruption where it was', async () => {
    await ingest(...words)
    const { id } = await start()
    const stop = new AbortController()
    const gate = Promise.withResolvers<void>()
    world.next.batch = 3
    const { embed } = world.next
    world.next.embed = async (texts, kind, signal) => {
      if (world.next.texts.length >= 6) await gate.promise
      return embed(texts, kind, signal)
    }
    const cut = world.fillOnce(stop.signal).catch((error: unknown) => error)
    await expect
      .poll(async () => (await world.migrations.find(world.caller, id))?.embedded, { timeout: 20_000 })
      .toBe(6)
    stop.abort(new DOMException('The process stops', 'AbortError'))
    gate.resolve()
    expect(await cut).toBe(stop.signal.reason)
    await world.fill()
    expect(await world.migrations.find(world.caller, id)).toMatchObject({ status: 'READY', embedded: 10 })
    const repeated = world.next.texts.length - new Set(world.next.texts).size
    expect(repeated, 'no more than the request that was cut off').toBeLessThanOrEqual(3)
  })

  test('tells a passage apart that the model refuses, and goes on with the others', async () => {
    await ingest(...words, 'A poison')
    world.next.refuses = (text) => text.includes('poison')
    const { id } = await start()
    await world.fillAll()
    const migration = await world.migrations.find(world.caller, id)
    expect(migration).toMatchObject({ status: 'READY', total: 11, embedded: 10, rejected: 1, failure: null })
    if (!migration) throw new Error('No migration')
    const [rejected] = await world.migrations.rejected(world.caller, migration, 10)
    const poison = await world.database.prisma.chunk.findFirst({ where: { text: 'A poison' } })
    expect(rejected).toEqual({ chunkId: poison?.id, reason: 'The model refused it.' })
    await world.migrations.complete(world.admin, id)
    expect((await retrieve('anything')).hits).toHaveLength(10)
    await world.fold('default')
    expect((await retrieve('poison', 'HYBRID')).hits[0]?.chunk.text).toBe('A poison')
  })

  test('leaves a document that only the new model refuses to words, and does not fail it', async () => {
    await ingest(...words)
    const { id } = await start()
    world.next.refuses = (text) => text.includes('poison')
    await ingest('A poison')
    await world.fillAll()
    expect(await world.migrations.find(world.caller, id)).toMatchObject({ status: 'READY', rejected: 1 })
  })

  test('waits where the model refuses everything or is away, and says why', async () => {
    await ingest(...words)
    const { id } = await start()
    world.next.refuses = () => true
    expect(await world.fillOnce()).toBe(false)
    const refused = await world.migrations.find(world.caller, id)
    expect(refused).toMatchObject({
      status: 'RUNNING',
      rejected: 0,
      failure: { code: 'UPSTREAM_REJECTED', message: 'The model refused it.', retryable: true },
    })
    // While it is away, documents do not wait for it.
    world.next.texts.length = 0
    await ingest('A heron')
    expect(world.next.texts).toEqual([])
    world.next.refuses = () => false
    world.next.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'Away.', { retryable: true })
    expect(await world.fillOnce()).toBe(false)
    expect(await world.migrations.find(world.caller, id)).toMatchObject({ failure: { message: 'Away.' } })
    world.next.failWith = null
    await world.fill()
    expect(await world.migrations.find(world.caller, id)).toMatchObject({
      status: 'READY',
      embedded: 11,
      failure: null,
    })
  })

  test('blames no passage for an answer that was garbage for a moment', async () => {
    await ingest(...words)
    await start()
    let alone = 0
    const { embed } = world.next
    world.next.embed = async (texts, kind, signal) => {
      const asked = texts.some((text) => text.includes('granite'))
      if (asked && (texts.length > 1 || alone++ === 0))
        throw new FailureError(FailureCode.UpstreamRejected, 'Not embeddings.')
      return embed(texts, kind, signal)
    }
    await world.fillAll()
    expect(alone).toBe(2)
    expect(await world.migrations.find(world.caller, null)).toMatchObject({ embedded: 10, rejected: 0 })
  })

  test('is tried again later where a model answers without vectors', async () => {
    await ingest(...words)
    const { id } = await start()
    const { embedEach } = world.next
    world.next.embedEach = async function* () {}
    expect(await world.fillOnce()).toBe(false)
    world.next.embedEach = embedEach
    await world.fill()
    expect(await world.migrations.find(world.caller, id)).toMatchObject({ status: 'READY', embedded: 10 })
  })

  test('is not completed where nobody could ask the new model, and can be abandoned there', async () => {
    await ingest(...words)
    const { id } = await start()
    await world.fillAll()
    const embedders = createEmbedders(world.current, null)
    const elsewhere = createMigrations({ ...world.dependencies, embedders, changes: world.changes })
    await expect(elsewhere.complete(world.admin, id)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('EMBEDDING_NEXT_'),
    })
    expect((await retrieve('lantern')).hits).toHaveLength(words.length)
    expect(await elsewhere.abandon(world.admin, id)).toMatchObject({ status: 'ABANDONED' })
  })

  // Embedded, there is one connection: nobody crosses it.
  test.skipIf(kind === 'embedded')('crosses the deletion of its passages without a deadlock', async () => {
    await ingest('One.', 'Two.')
    const { toSpaceId } = await start()
    const rows = await world.rows<{ id: string }>('SELECT id FROM chunk ORDER BY id')
    const [low = '', high = ''] = rows.map(({ id }) => id)
    const { pool } = world.database
    const { workspaceId } = world.caller
    const vector = `[${Array(32).fill(1)}]`
    const lock = (id: string) => (client: pg.PoolClient) =>
      client.query('SELECT FROM chunk WHERE id = $1 FOR UPDATE', [id])
    // As where there are many passages: one after the other in the order given, unless told otherwise.
    const inside = (work: (client: pg.PoolClient) => Promise<unknown>) => () =>
      transaction(pool, async (client) => {
        await client.query('SET LOCAL enable_mergejoin = off')
        await client.query('SET LOCAL enable_hashjoin = off')
        await work(client)
      })
    const space = toSpaceId ?? 0
    const fill = inside((client) =>
      fillSpace(client, workspaceId, space, [high, low], [1, 1], [vector], Buffer.alloc(32)),
    )
    await insideTransaction(pool, lock(low), fill, lock(high))
    expect((await world.vectors()).spaces[space]).toBe(2)
  })

  test('is not completed with a model that took none of the passages', async () => {
    await ingest('poison one', 'poison two')
    world.next.refuses = (text) => text.includes('poison')
    const { id } = await start()
    await world.fillAll()
    await expect(world.migrations.complete(world.admin, id)).rejects.toMatchObject({
      details: { reason: 'ALL_REJECTED', rejected: 2 },
    })
  })

  test('leaves no document without a vector whose passages were embedded before it', async () => {
    await ingest(...words)
    const gate = Promise.withResolvers<void>()
    world.current.gate = gate.promise
    await world.ingestions.accept(world.caller, 'default', [
      draft({ title: 'T', source: { text: 'A late one' } }),
    ])
    const late = world.work()
    await expect.poll(() => world.current.texts).toContain('T\nA late one')
    // Begun, filled, completed and cleaned up while the document is with the old model.
    const { id, toSpaceId } = await start()
    await world.fillAll()
    await world.migrations.complete(world.admin, id)
    await world.dropAll()
    gate.resolve()
    world.current.gate = null
    expect(await late).toEqual(['ready'])
    expect(await world.vectors()).toEqual({ passages: 11, spaces: { [toSpaceId ?? 0]: 11 } })
    expect((await retrieve('late')).hits).toHaveLength(11)
  })

  test('is not noticed by searches: each is answered by one model or the other', async () => {
    await ingest(...words)
    const { id } = await start()
    await world.fillAll()
    let switched = false
    const answered = async () => {
      let count = 0
      for (let after = 0; after < 5; count += 1) {
        if (switched) after += 1
        const [vector, hybrid] = await Promise.all([retrieve('harbour'), retrieve('harbour', 'HYBRID')])
        expect(vector.mode).toBe('VECTOR')
        expect(vector.hits).toHaveLength(words.length)
        expect(vector.hits[0]?.chunk.text).toBe('harbour')
        expect(hybrid.mode).toBe('HYBRID')
        expect(hybrid.hits).toHaveLength(words.length)
      }
      return count
    }
    const loops = [answered(), answered(), answered()]
    await world.migrations.complete(world.admin, id)
    switched = true
    for (const count of await Promise.all(loops)) expect(count).toBeGreaterThanOrEqual(5)
    expect(await active()).toBe(32)
  })

  test('compares both models on what was searched for', async () => {
    await ingest(...words)
    const started = await start()
    await world.fillAll()
    const { migrations } = world
    const empty = await migrations.compare(world.admin, started, 50, forever)
    expect(empty).toEqual({
      sampled: 0,
      meanOverlap: null,
      meanRankBiasedOverlap: null,
      differentFirstHit: null,
      queries: [],
    })
    await expect(migrations.compare(world.caller, started, 50, forever)).rejects.toBeInstanceOf(
      ForbiddenError,
    )
    await retrieve('granite')
    // One a second at most is kept.
    await retrieve('meadow', 'LEXICAL')
    const compared = await migrations.compare(world.admin, started, 50, forever)
    expect(compared).toMatchObject({ sampled: 1, meanOverlap: 1, differentFirstHit: 0 })
    expect(compared?.queries).toMatchObject([
      { query: 'granite', overlap: 1, currentFirst: { text: 'granite' }, nextFirst: { text: 'granite' } },
    ])
    // A model that takes the one for the other.
    await world.rows(
      `UPDATE chunk_embedding SET embedding = other.embedding
       FROM chunk, chunk_embedding AS other JOIN chunk AS others ON others.id = other.chunk_id
       WHERE chunk_embedding.space_id = $1 AND other.space_id = $1 AND chunk.id = chunk_embedding.chunk_id
         AND (chunk.text, others.text) IN (('granite', 'timber'), ('timber', 'granite'))`,
      started.toSpaceId,
    )
    const other = await migrations.compare(world.admin, started, 50, forever)
    expect(other).toMatchObject({ differentFirstHit: 1, meanOverlap: 1 })
    expect(other?.meanRankBiasedOverlap).toBeLessThan(0.9)
    await migrations.abandon(world.admin, started.id)
    expect(await world.rows('SELECT FROM query_sample'), 'forgotten with its end').toEqual([])
    const ended = await migrations.find(world.caller, started.id)
    expect(ended && (await migrations.compare(world.admin, ended, 50, forever))).toBeNull()
    await retrieve('copper')
    expect(await world.rows('SELECT FROM query_sample')).toEqual([])
  })

  test('cannot be begun where no model to change to is configured', async () => {
    await ingest(...words)
    const embedders = { ...world.dependencies.embedders, next: null }
    const migrations = createMigrations({ ...world.dependencies, embedders, changes: world.changes })
    await expect(migrations.start(world.admin, nothing)).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'NOT_CONFIGURED' },
    })
  })
})
