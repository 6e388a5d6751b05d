import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { draft, fakeEmbeddings, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { voidedChannel } from '../db/sql/voided-work.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { endFailed } from './ingest-document.ts'
import type { DocumentWork } from './ingestion-jobs.ts'

const unavailable = new FailureError(FailureCode.UpstreamUnavailable, 'Not now', { retryable: true })
const rejected = new FailureError(FailureCode.UpstreamRejected, 'Never')

describe.each(kinds)('an attempt at a document on %s', () => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld
  let count = 0

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
  })
  afterEach(async () => {
    Object.assign(embeddings, { failWith: null, gate: null })
    await world.takeJobs()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  /** A document with its job taken. */
  async function queued(text = 'Some words to search'): Promise<DocumentWork & { externalId: string }> {
    const externalId = `document ${count++}`
    const accept = () =>
      world.ingestions.accept(world.caller, 'ends', [draft({ externalId, source: { text } })])
    await accept()
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    return { ...work, externalId }
  }
  /** An attempt that stands still while its passages are embedded. */
  async function standing(work: DocumentWork, options: { last?: boolean; signal?: AbortSignal } = {}) {
    const { promise, resolve } = Promise.withResolvers<void>()
    embeddings.gate = promise
    const before = embeddings.calls
    const end = world.attempt(work, options)
    while (embeddings.calls === before) await new Promise(setImmediate)
    embeddings.gate = null
    return { end, go: resolve }
  }
  const document = (work: DocumentWork) =>
    world.database.prisma.document.findUniqueOrThrow({
      where: { id: work.documentId },
      include: { chunks: true },
    })
  const entry = (work: DocumentWork) =>
    world.database.prisma.ingestionDocument.findUniqueOrThrow({
      where: {
        ingestionId_documentId: { ingestionId: work.ingestionId, documentId: work.documentId },
      },
      include: { ingestion: true },
    })

  test('makes it searchable', async () => {
    const work = await queued()
    expect(await world.attempt(work)).toBe('ready')
    expect(await document(work)).toMatchObject({
      status: 'READY',
      attempts: 1,
      indexedVersion: 1,
      chunkCount: 1,
      failure: null,
      chunks: [{ text: 'Some words to search', documentVersion: 1 }],
    })
    const { status, ingestion } = await entry(work)
    expect(status).toBe('READY')
    expect(ingestion.finishedAt).not.toBeNull()
    expect(await world.attempt(work), 'once more').toBe('nothing to do')
  })

  test('waits in the queue again after a failure that can pass, and fails with its last one', async () => {
    const work = await queued()
    embeddings.failWith = unavailable
    expect(await world.attempt(work)).toBe('retry')
    expect(await document(work)).toMatchObject({ status: 'QUEUED', attempts: 1, failure: null })
    expect(await entry(work)).toMatchObject({ status: 'QUEUED', ingestion: { finishedAt: null } })

    expect(await world.attempt(work, { last: true })).toBe('failed')
    expect(await document(work)).toMatchObject({
      status: 'FAILED',
      attempts: 2,
      failure: { code: 'UPSTREAM_UNAVAILABLE', message: 'Not now', retryable: true },
      chunks: [],
    })
    const { status, ingestion } = await entry(work)
    expect(status).toBe('FAILED')
    expect(ingestion.finishedAt).not.toBeNull()
  })

  test('fails at once where another attempt could not help', async () => {
    const work = await queued()
    embeddings.failWith = rejected
    expect(await world.attempt(work)).toBe('failed')
    expect(await document(work)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UPSTREAM_REJECTED', retryable: false },
    })
  })

  test('says nothing of what went wrong on our side, and tries again', async () => {
    const work = await queued()
    embeddings.failWith = new TypeError('secret internals')
    expect(await world.attempt(work)).toBe('retry')
    expect(await world.attempt(work, { last: true })).toBe('failed')
    const { failure } = await document(work)
    expect(failure).toMatchObject({ code: 'INTERNAL', retryable: true })
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  test('hands it back when the process stops', async () => {
    const work = await queued()
    const stopping = new AbortController()
    const { end, go } = await standing(work, { signal: stopping.signal })
    stopping.abort(new DOMException('The process stops', 'AbortError'))
    go()
    expect(await end).toBe('handed back')
    expect(await document(work)).toMatchObject({ status: 'QUEUED', failure: null, chunks: [] })
    expect(await entry(work)).toMatchObject({ status: 'QUEUED', ingestion: { finishedAt: null } })
    expect(await world.work()).toEqual(['ready'])
  })

  test('writes nothing once another worker has taken it up', async () => {
    const work = await queued()
    const slow = await standing(work)
    expect(await world.attempt(work)).toBe('ready')
    slow.go()
    expect(await slow.end).toBe('nothing to do')
    expect(await document(work)).toMatchObject({ status: 'READY', attempts: 2, chunks: [{}] })
  })

  test('does not fail it once another worker has taken it up', async () => {
    const work = await queued()
    const slow = await standing(work, { last: true })
    const second = await standing(work)
    embeddings.failWith = rejected
    slow.go()
    expect(await slow.end).toBe('failed')
    expect(await document(work)).toMatchObject({ status: 'EMBEDDING', failure: null })
    expect(await entry(work)).toMatchObject({ status: 'RUNNING', ingestion: { finishedAt: null } })
    embeddings.failWith = null
    second.go()
    expect(await second.end).toBe('ready')
  })

  test('writes nothing after a cancellation', async () => {
    const work = await queued()
    const slow = await standing(work)
    await world.ingestions.cancel(world.caller, work.ingestionId)
    slow.go()
    expect(await slow.end).toBe('nothing to do')
    expect(await document(work)).toMatchObject({ status: 'CANCELLED', chunks: [] })
    const { status, ingestion } = await entry(work)
    expect(status).toBe('CANCELLED')
    expect(ingestion.finishedAt).not.toBeNull()
  })

  test.each(['QUEUED', 'PARSING', 'CHUNKING', 'EMBEDDING'])(
    'is void when cancelled while %s',
    async (stage) => {
      const work = await queued()
      await world.rows(
        'UPDATE document SET status = $2::document_status WHERE id = $1',
        work.documentId,
        stage,
      )
      await world.ingestions.cancel(world.caller, work.ingestionId)
      expect(await document(work)).toMatchObject({ status: 'CANCELLED' })
      expect(await world.attempt(work)).toBe('nothing to do')
      expect(await document(work)).toMatchObject({ status: 'CANCELLED', chunks: [] })
    },
  )

  test('of before a cancellation and a retry is void, whatever it ends with', async () => {
    const work = await queued()
    const old = await standing(work, { last: true })
    await world.ingestions.cancel(world.caller, work.ingestionId)
    await world.ingestions.retry(world.caller, work.ingestionId)

    // It fails while the document waits in the queue, or was told before that it is void.
    embeddings.failWith = rejected
    old.go()
    expect(['failed', 'nothing to do']).toContain(await old.end)
    expect(await document(work)).toMatchObject({ status: 'QUEUED', failure: null })
    embeddings.failWith = null
    // 'handed back' before it where the word of the cancellation came only now.
    expect((await world.work()).at(-1)).toBe('ready')
    expect(await document(work)).toMatchObject({ status: 'READY' })
  })

  test('of before a cancellation cannot be taken for the one after a retry', async () => {
    const work = await queued()
    const old = await standing(work, { last: true })
    await world.ingestions.cancel(world.caller, work.ingestionId)
    await world.ingestions.retry(world.caller, work.ingestionId)
    const [again] = await world.takeJobs()
    if (!again) throw new Error('No job')
    const fresh = await standing(again)

    embeddings.failWith = rejected
    old.go()
    await old.end
    expect(await document(work)).toMatchObject({ status: 'EMBEDDING', failure: null })
    embeddings.failWith = null
    fresh.go()
    expect(await fresh.end).toBe('ready')
    expect((await entry(work)).status).toBe('READY')
  })

  test('of a cancelled ingestion leaves the document to the one that queued it again', async () => {
    const work = await queued()
    await world.ingestions.cancel(world.caller, work.ingestionId)
    const { ingestion } = await world.ingestions.accept(world.caller, 'ends', [
      draft({ externalId: work.externalId, source: { text: 'Some words to search' } }),
    ])
    expect(ingestion).not.toBeNull()
    // The cancelled one's job was still in the queue.
    expect(await world.attempt(work)).toBe('nothing to do')
    expect(await entry(work)).toMatchObject({ status: 'CANCELLED' })
    expect(await world.work()).toEqual(['ready'])
    expect(await entry({ ...work, ingestionId: ingestion?.id ?? '' })).toMatchObject({ status: 'READY' })
    expect(await entry(work)).toMatchObject({ status: 'CANCELLED' })
  })

  test('hears of what was voided before it, and leaves the document to another', async () => {
    const work = await queued()
    const { end, go } = await standing(work)
    // As a notification of before that was still on its way when this attempt claimed what was queued again.
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    const ear = await world.database.notifications.listen(
      voidedChannel,
      () => resolve(),
      () => {},
    )
    await world.rows('SELECT pg_notify($1, $2)', voidedChannel, work.documentId)
    await heard
    await ear.close()
    go()
    expect(await end).toBe('handed back')
    expect(await document(work)).toMatchObject({ status: 'QUEUED' })
    expect(await world.work()).toEqual(['ready'])
  })

  test('is void once newer content was accepted', async () => {
    const work = await queued()
    const slow = await standing(work)
    await world.ingestions.accept(world.caller, 'ends', [
      draft({ externalId: work.externalId, source: { text: 'Newer words' } }),
    ])
    slow.go()
    expect(await slow.end).toBe('nothing to do')
    const { status, ingestion } = await entry(work)
    expect(status).toBe('CANCELLED')
    expect(ingestion.finishedAt).not.toBeNull()
    expect(await world.work()).toEqual(['ready'])
    expect(await document(work)).toMatchObject({ version: 2, chunks: [{ text: 'Newer words' }] })
  })

  test('ends when the document was deleted', async () => {
    const work = await queued()
    const slow = await standing(work)
    await world.ingestions.deleteDocuments(world.caller, [work.documentId])
    slow.go()
    expect(await slow.end).toBe('nothing to do')
    expect(await world.attempt(work)).toBe('nothing to do')
    const ingestion = await world.database.prisma.ingestion.findUniqueOrThrow({
      where: { id: work.ingestionId },
    })
    expect(ingestion.finishedAt).not.toBeNull()
  })

  test('of another workspace finds nothing', async () => {
    const work = await queued()
    const foreign = { ...work, workspaceId: '01940000-0000-7000-8000-000000000000' }
    expect(await world.attempt(foreign)).toBe('nothing to do')
    expect(await document(work)).toMatchObject({ status: 'QUEUED' })
  })

  test('that was cut off for the last time ends it INTERRUPTED', async () => {
    const work = await queued()
    await world.rows(`UPDATE document SET status = 'PARSING', attempts = 6 WHERE id = $1`, work.documentId)
    const failure = { code: FailureCode.Interrupted, message: 'Interrupted', retryable: true }
    await endFailed(world.dependencies, work, null, failure)
    expect(await document(work)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED' } })
    const { ingestion } = await entry(work)
    expect(ingestion.finishedAt).not.toBeNull()
  })

  test('of a cancelled ingestion that was cut off for the last time fails nothing of another', async () => {
    const work = await queued()
    await world.ingestions.cancel(world.caller, work.ingestionId)
    const { ingestion } = await world.ingestions.accept(world.caller, 'ends', [
      draft({ externalId: work.externalId, source: { text: 'Some words to search' } }),
    ])
    const failure = { code: FailureCode.Interrupted, message: 'Interrupted', retryable: true }
    await endFailed(world.dependencies, work, null, failure)
    expect(await document(work)).toMatchObject({ status: 'QUEUED', failure: null })
    expect(await entry(work)).toMatchObject({ status: 'CANCELLED' })
    expect(await world.work()).toEqual(['ready'])
    expect(await entry({ ...work, ingestionId: ingestion?.id ?? '' })).toMatchObject({ status: 'READY' })
  })

  test('finds a document without a word', async () => {
    const { results } = await world.ingestions.accept(world.caller, 'ends', [draft('… — !')])
    expect(results[0]).toMatchObject({ outcome: 'CREATED' })
    expect(await world.work()).toEqual(['ready'])
  })
})
