import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, fakeEmbeddings, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { reindexCollection } from './reindex-collection.ts'

const signal = new AbortController().signal
const sentence = (index: number) => `Sentence number ${index} of this text speaks of the topic t${index}. `
const long = Array.from({ length: 40 }, (_, index) => sentence(index)).join('')

describe.each(kinds)('indexing anew on %s', () => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const ingest = async (collection: string, over = {}) => {
    await world.ingestions.accept(world.caller, collection, [
      draft({ externalId: 'it', source: { text: long }, ...over }),
    ])
    await world.work()
  }
  const queued = async (collection: string) => {
    const id = await world.collectionId(collection)
    return world.rows(
      `SELECT id FROM pgboss.job WHERE name = 'reindex-collection' AND state < 'active' AND singleton_key = $1`,
      id,
    )
  }
  const reindex = async (collection: string) =>
    reindexCollection(world.dependencies, await world.collectionId(collection), signal)
  const document = (collection: string) =>
    world.database.prisma.document.findFirstOrThrow({
      where: { collection: { name: collection } },
      include: { chunks: { orderBy: { ordinal: 'asc' } } },
    })
  const found = async (collection: string, query: string) => {
    const input = { query, collection, topK: 3, mode: 'LEXICAL', filter: null, minScore: null } as const
    return (await world.retriever.retrieve(world.caller, input, signal)).hits.length
  }

  test('cuts documents as the settings of their collection say now', async () => {
    await world.collections.create(world.caller, 'resized', {
      chunking: { targetTokens: 400, maxTokens: 800 },
    })
    await ingest('resized')
    const before = await document('resized')
    const updated = await world.collections.update(world.caller, 'resized', {
      chunking: { targetTokens: 40, maxTokens: 60, overlapTokens: 0 },
    })
    expect(updated).toMatchObject({ chunkTargetTokens: 40, chunkMaxTokens: 60, chunkOverlapTokens: 0 })
    expect(await queued('resized')).toHaveLength(1)
    expect(await reindex('resized')).toBe(true)
    const after = await document('resized')
    expect(after.chunks.length).toBeGreaterThan(before.chunks.length * 3)
    expect(after).toMatchObject({ status: 'READY', version: 1, chunkCount: after.chunks.length })
    for (const { text, start, end } of after.chunks) expect(long.slice(start, end)).toBe(text)
    expect(await found('resized', 't17')).toBeGreaterThan(0)
    const vectors = await world.rows(
      `SELECT FROM chunk_embedding JOIN chunk ON chunk.id = chunk_id WHERE document_id = $1`,
      after.id,
    )
    expect(vectors).toHaveLength(after.chunks.length)
    // Nothing is left to do.
    const calls = embeddings.calls
    expect(await reindex('resized')).toBe(true)
    expect(embeddings.calls).toBe(calls)
  })

  test('is not queued where the settings stay', async () => {
    await world.collections.create(world.caller, 'same', {})
    await world.collections.update(world.caller, 'same', {
      description: 'New',
      chunking: { targetTokens: 240 },
    })
    expect(await queued('same')).toHaveLength(0)
  })

  test('finds a document by its new title', async () => {
    await ingest('renamed', { title: 'Aardvark' })
    expect(await found('renamed', 'aardvark')).toBeGreaterThan(0)
    await ingest('renamed', { title: 'Zebra' })
    expect(await queued('renamed')).toHaveLength(1)
    expect(await reindex('renamed')).toBe(true)
    expect(await found('renamed', 'aardvark')).toBe(0)
    expect(await found('renamed', 'zebra')).toBeGreaterThan(0)
    expect(await document('renamed')).toMatchObject({ version: 1, indexedTitle: 'Zebra' })
  })

  test('leaves a document as it is while the model is away, and says that it is not done', async () => {
    await ingest('away')
    const before = await document('away')
    await world.collections.update(world.caller, 'away', { chunking: { targetTokens: 40, maxTokens: 60 } })
    embeddings.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'Not now', { retryable: true })
    expect(await reindex('away')).toBe(false)
    expect((await document('away')).chunks).toEqual(before.chunks)
    embeddings.failWith = null
    expect(await reindex('away')).toBe(true)
    expect((await document('away')).chunks.length).toBeGreaterThan(before.chunks.length)
  })

  test('keeps nothing of what it embedded for a document that cannot be', async () => {
    await ingest('never')
    await world.collections.update(world.caller, 'never', { chunking: { targetTokens: 40, maxTokens: 60 } })
    const { id } = await document('never')
    await world.rows(
      `INSERT INTO staged_embedding SELECT $1, space_id, '\\x01', embedding FROM chunk_embedding LIMIT 1`,
      id,
    )
    embeddings.failWith = new FailureError(FailureCode.UpstreamRejected, 'Never')
    expect(await reindex('never')).toBe(true)
    embeddings.failWith = null
    expect(await world.rows('SELECT FROM staged_embedding WHERE document_id = $1', id)).toEqual([])
  })

  test('is queued again where the settings changed while a document was being ingested', async () => {
    await world.ingestions.accept(world.caller, 'meanwhile', [draft({ source: { text: long } })])
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    const { promise, resolve } = Promise.withResolvers<void>()
    const calls = embeddings.calls
    embeddings.gate = promise
    const end = world.attempt(work)
    await expect.poll(() => embeddings.calls).toBeGreaterThan(calls)
    await world.collections.update(world.caller, 'meanwhile', {
      chunking: { targetTokens: 40, maxTokens: 60 },
    })
    // As if it had run before the document was there.
    await world.rows(`DELETE FROM pgboss.job WHERE name = 'reindex-collection'`)
    embeddings.gate = null
    resolve()
    expect(await end).toBe('ready')
    expect(await queued('meanwhile')).toHaveLength(1)
  })

  test.each([{ targetTokens: 500 }, { targetTokens: 300, maxTokens: 200 }])(
    'is refused for settings that do not fit together: %o',
    async (chunking) => {
      await world.collections.create(world.caller, `bad-${JSON.stringify(chunking).length}`, {})
      await expect(
        world.collections.update(world.caller, `bad-${JSON.stringify(chunking).length}`, { chunking }),
      ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    },
  )

  test('does not rename a collection to one that is there', async () => {
    await world.collections.create(world.caller, 'one', {})
    await world.collections.create(world.caller, 'two', {})
    await expect(world.collections.update(world.caller, 'one', { newName: 'two' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await world.collections.update(world.caller, 'one', { newName: 'three' })).toMatchObject({
      name: 'three',
    })
  })
})
