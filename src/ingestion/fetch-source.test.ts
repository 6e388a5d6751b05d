import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { FailureCode, FailureError } from '../failure.ts'
import type { FetchedSource, Validators, WebFetcher } from '../providers/web/web-fetcher.ts'

const url = 'https://example.com/handbook'
const page = (text: string, over: object = {}): FetchedSource => ({
  kind: 'content',
  bytes: Buffer.from(text),
  mimeType: 'text/plain',
  charset: null,
  name: 'handbook.txt',
  etag: null,
  lastModified: null,
  url,
  ...over,
})

describe.each(kinds)('a document that is fetched, on %s', () => {
  let world: IngestWorld
  let answer: FetchedSource | Error
  let asked: { url: string; validators: Validators }[] = []
  let count = 0
  let collection = ''
  const fetcher: WebFetcher = {
    async fetch(url, validators) {
      asked.push({ url, validators })
      if (answer instanceof Error) throw answer
      return answer
    },
  }

  beforeAll(async () => {
    world = await openIngestWorld({ fetcher })
  })
  beforeEach(() => {
    asked = []
    collection = `fetched-${count++}`
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = async (over = {}) => {
    const { results, ingestion } = await world.ingestions.accept(world.caller, collection, [
      draft({ source: { url }, ...over }),
    ])
    return { ...results[0], ingestion }
  }
  const document = () =>
    world.database.prisma.document.findFirstOrThrow({
      where: { collection: { name: collection } },
      include: { chunks: true, sources: true },
    })
  const search = async (query: string) => {
    const { hits } = await world.retriever.retrieve(
      world.caller,
      { query, collection, topK: 5, mode: 'LEXICAL', filter: null, minScore: null },
      new AbortController().signal,
    )
    return hits.length
  }

  test('becomes searchable, and is known by its address', async () => {
    answer = page('Vacations are thirty days', { etag: '"1"', url: `${url}/` })
    expect(await accept()).toMatchObject({ outcome: 'CREATED', document: { externalId: url, bytes: 0 } })
    expect(await world.work()).toEqual(['ready'])
    expect(await document()).toMatchObject({
      status: 'READY',
      title: 'handbook.txt',
      mimeType: 'text/plain',
      bytes: 25,
      version: 1,
      sources: [{ fetchedUrl: `${url}/`, etag: '"1"', version: 1 }],
    })
    expect(await search('vacations')).toBe(1)
  })

  test('on its way is not queued again', async () => {
    answer = page('Once')
    await accept()
    expect(await accept({ source: { url: `${url}#part` } })).toMatchObject({
      outcome: 'UNCHANGED',
      ingestion: null,
    })
    await world.work()
    expect(asked).toHaveLength(1)
  })

  test('whose content was fetched before is fetched again, also while that is being indexed', async () => {
    answer = page('Read too early')
    await accept()
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    expect(
      await world.attempt(work, { fetcher: { fetch: () => Promise.resolve(page('Read too early')) } }),
    ).toBe('ready')
    await world.rows(
      `UPDATE document SET status = 'EMBEDDING', indexed_version = NULL WHERE id = $1`,
      work.documentId,
    )
    answer = page('Read in time')
    expect(await accept()).toMatchObject({ outcome: 'CREATED' })
    expect(await world.work()).toEqual(['ready'])
    expect(await search('time')).toBe(1)
  })

  test.each<[string, FetchedSource]>([
    ['says so', { kind: 'unchanged' }],
    ['answers the same', page('Same text')],
  ])('stays what it is where the server %s', async (_what, again) => {
    answer = page('Same text', { etag: '"7"', lastModified: 'Sat, 21 Nov 2026 08:00:00 GMT' })
    await accept()
    await world.work()
    const before = await document()
    answer = again
    const { outcome, ingestion } = await accept()
    expect(outcome).toBe('UPDATED')
    expect(await world.work()).toEqual(['ready'])
    expect(asked.at(-1)?.validators).toEqual({
      url,
      etag: '"7"',
      lastModified: 'Sat, 21 Nov 2026 08:00:00 GMT',
    })
    const after = await document()
    expect(after).toMatchObject({ status: 'READY', version: 1, chunks: before.chunks })
    expect(await world.ingestions.counts(world.caller, [ingestion?.id ?? ''])).toEqual(
      new Map([[ingestion?.id, expect.objectContaining({ total: 1, ready: 1 })]]),
    )
  })

  test('is replaced by what is there now, and found by its old content until then', async () => {
    answer = page('Old words')
    await accept()
    await world.work()
    answer = page('New words')
    await accept()
    expect(await search('old')).toBe(1)
    expect(await world.work()).toEqual(['ready'])
    expect(await document()).toMatchObject({ version: 2, indexedVersion: 2, sources: [{ version: 2 }] })
    expect(await search('old')).toBe(0)
    expect(await search('new')).toBe(1)
  })

  test('is not fetched again by an attempt after its content was kept', async () => {
    answer = page('%PDF-1.7 this is none', { mimeType: 'application/pdf', name: 'a.pdf' })
    const { ingestion } = await accept()
    expect(await world.work()).toEqual(['failed'])
    expect(await document()).toMatchObject({ status: 'FAILED', failure: { code: 'UNREADABLE' } })
    await world.ingestions.retry(world.caller, ingestion?.id ?? '')
    expect(await world.work()).toEqual(['failed'])
    expect(asked).toHaveLength(1)
  })

  test('that failed is fetched anew when it is given again', async () => {
    answer = new FailureError(FailureCode.FetchFailed, 'The address is not public.')
    await accept()
    expect(await world.work()).toEqual(['failed'])
    expect(await document()).toMatchObject({
      status: 'FAILED',
      failure: { code: 'FETCH_FAILED', retryable: false },
    })
    answer = page('Found at last')
    expect(await accept()).toMatchObject({ outcome: 'CREATED' })
    expect(await world.work()).toEqual(['ready'])
    expect(await document()).toMatchObject({ version: 1, status: 'READY' })
  })

  test('whose server fails for now is tried again', async () => {
    answer = new FailureError(FailureCode.FetchFailed, 'It answered 503.', { retryable: true })
    await accept()
    expect(await world.work()).toEqual(['retry'])
    expect(await document()).toMatchObject({ status: 'QUEUED' })
  })

  test('cannot be written by an attempt from before it was taken back', async () => {
    answer = page('First')
    await accept()
    await world.work()
    const gate = Promise.withResolvers<void>()
    const slow: WebFetcher = {
      async fetch() {
        await gate.promise
        return page('Stale words')
      },
    }
    await accept()
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    const late = world.attempt(work, { fetcher: slow })
    await expect.poll(async () => (await document()).status).toBe('PARSING')
    answer = { kind: 'unchanged' }
    expect(await world.attempt(work)).toBe('ready')
    // The same version is opened again: it is the fence that tells the two attempts apart.
    await accept()
    const [again] = await world.takeJobs()
    answer = page('Newest words')
    expect(again?.version).toBe(work.version)
    gate.resolve()
    expect(await late).toBe('nothing to do')
    expect(await world.attempt(again ?? work)).toBe('ready')
    expect(await search('stale')).toBe(0)
    expect(await search('newest')).toBe(1)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['failed', () => world.work()],
    [
      'was cancelled',
      async () => {
        const [work] = await world.takeJobs()
        if (!work) throw new Error('No job')
        expect(await world.attempt(work)).toBe('failed')
        await world.ingestions.retry(world.caller, work.ingestionId)
        await world.ingestions.cancel(world.caller, work.ingestionId)
      },
    ],
  ])('whose new content %s after it was kept gets it when it is given again', async (_what, breakOff) => {
    answer = page('Old words', { etag: '"1"' })
    await accept()
    await world.work()
    // What its type says it is not: kept, and then not read.
    const fresh = page('%PDF-1.7 new words', { mimeType: 'application/pdf', name: 'a.pdf', etag: '"2"' })
    answer = fresh
    await accept()
    await breakOff()
    expect(await document()).toMatchObject({ indexedVersion: 1, version: 2 })
    await accept()
    expect(await world.work(), 'not taken for what is indexed').toContain('failed')
    expect(await document()).toMatchObject({ status: 'FAILED', version: 2 })
    // And as it was, when the server has the old content again.
    answer = page('Old words', { etag: '"1"' })
    await accept()
    expect(await world.work()).toEqual(['ready'])
    const { contentHash, mimeType, bytes, sources } = await document()
    expect({ contentHash, mimeType, bytes }).toEqual({
      contentHash: createHash('sha256').update('Old words').digest('hex'),
      mimeType: 'text/plain',
      bytes: 9,
    })
    expect(sources).toHaveLength(1)
  })

  test('is indexed anew under the title that came with it, though its content stayed', async () => {
    answer = page('Same text')
    await accept()
    await world.work()
    await accept({ title: 'Zebra' })
    expect(await world.work()).toEqual(['ready'])
    expect(await document()).toMatchObject({ version: 1, title: 'Zebra', indexedTitle: 'handbook.txt' })
    const queued = await world.rows(
      `SELECT FROM pgboss.job WHERE name = 'reindex-collection' AND state = 'created' AND singleton_key = $1`,
      await world.collectionId(collection),
    )
    expect(queued).toHaveLength(1)
  })

  test('keeps a title that was given, also one that it had already', async () => {
    answer = page('Titled', { name: 'page.txt' })
    await accept()
    const { title } = await document()
    expect(await accept({ title })).toMatchObject({ outcome: 'UNCHANGED' })
    expect(await world.work()).toEqual(['ready'])
    expect(await document()).toMatchObject({ title, indexedTitle: title })
  })

  test('given as a text later is that text', async () => {
    answer = page('From the web')
    await accept()
    await world.work()
    expect(await accept({ externalId: url, source: { text: 'By hand' } })).toMatchObject({
      outcome: 'UPDATED',
    })
    await world.work()
    expect(await document()).toMatchObject({ sourceUrl: null, version: 2 })
    expect(asked).toHaveLength(1)
  })
})
