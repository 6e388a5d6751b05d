import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import type { DocumentDraft } from './ingestion.ts'

describe.each(kinds)('accepting documents on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterEach(() => world.work())
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = (collection: string, ...documents: (string | Partial<DocumentDraft>)[]) =>
    world.ingestions.accept(world.caller, collection, documents.map(draft))
  const outcomes = async (...args: Parameters<typeof accept>) =>
    (await accept(...args)).results.map(({ outcome }) => outcome)
  const text = (content: string) => ({ source: { text: content } })

  test('creates, leaves unchanged, and updates', async () => {
    const first = await accept('outcomes', { externalId: 'a', ...text('One') }, 'Without an id')
    expect(first.results).toMatchObject([
      {
        index: 0,
        outcome: 'CREATED',
        failure: null,
        document: { externalId: 'a', version: 1, status: 'QUEUED' },
      },
      { index: 1, outcome: 'CREATED', document: { externalId: null, title: 'Without an id', bytes: 13 } },
    ])
    expect(first.results[0]?.document?.contentHash).toBe(createHash('sha256').update('One').digest('hex'))

    const onItsWay = await accept('outcomes', { externalId: 'a', ...text('One') }, 'Without an id')
    expect(onItsWay).toMatchObject({
      ingestion: null,
      results: [{ outcome: 'UNCHANGED' }, { outcome: 'UNCHANGED' }],
    })
    await world.work()
    expect(await outcomes('outcomes', { externalId: 'a', ...text('One') })).toEqual(['UNCHANGED'])

    const updated = await accept('outcomes', { externalId: 'a', ...text('Two') })
    expect(updated.results).toMatchObject([
      { outcome: 'UPDATED', document: { version: 2, indexedVersion: 1 } },
    ])
    // Back to the first content is a version of its own.
    expect((await accept('outcomes', { externalId: 'a', ...text('One') })).results).toMatchObject([
      { outcome: 'UPDATED', document: { version: 3 } },
    ])
    // The same text under another id, or in another collection, is another document.
    expect(await outcomes('outcomes', { externalId: 'b', ...text('One') })).toEqual(['CREATED'])
    expect(await outcomes('others', { externalId: 'a', ...text('One') })).toEqual(['CREATED'])
  })

  test('takes the documents of one call as if each were a call of its own', async () => {
    const { results, ingestion } = await accept(
      'order',
      { externalId: 'a', title: 'First', metadata: { one: 1 }, ...text('One') },
      { externalId: 'a', ...text('One') },
      { externalId: 'a', ...text('Two') },
      { externalId: 'a', metadata: { two: 2 }, ...text('Two') },
      'Same',
      'Same',
    )
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'CREATED',
      'UNCHANGED',
      'UPDATED',
      'UNCHANGED',
      'CREATED',
      'UNCHANGED',
    ])
    expect(results[0]?.document).toMatchObject({ version: 2, metadata: { two: 2 }, title: 'a' })
    const counts = await world.ingestions.counts(world.caller, [ingestion?.id ?? ''])
    expect(counts.get(ingestion?.id ?? '')).toMatchObject({ total: 2 })
    expect(await world.work()).toEqual(['ready', 'ready'])

    const next = await accept(
      'order',
      { externalId: 'a', metadata: { three: 3 }, ...text('Two') },
      { externalId: 'a', ...text('Three') },
    )
    expect(next.results.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UPDATED'])
    expect(next.results[0]?.document).toMatchObject({ version: 3, metadata: { three: 3 } })
    const first = await accept(
      'order',
      { externalId: 'c', metadata: { kept: true }, ...text('One') },
      { externalId: 'c', ...text('Two') },
    )
    expect(first.results[1]?.document).toMatchObject({ version: 2, metadata: { kept: true } })
  })

  test('queues the same content again after a failure or a cancellation', async () => {
    const { results, ingestion } = await accept('again', { externalId: 'a', ...text('One') })
    const id = results[0]?.document?.id ?? ''
    await world.ingestions.cancel(world.caller, ingestion?.id ?? '')
    expect((await accept('again', { externalId: 'a', ...text('One') })).results).toMatchObject([
      { outcome: 'CREATED', document: { id, version: 1, status: 'QUEUED' } },
    ])
    await world.rows(
      `UPDATE document SET status = 'FAILED', failure = '{"code":"INTERNAL"}' WHERE id = $1`,
      id,
    )
    expect((await accept('again', { externalId: 'a', ...text('One') })).results).toMatchObject([
      { outcome: 'CREATED', document: { id, version: 1, status: 'QUEUED', failure: null } },
    ])
    // Each of both jobs is there; one of them does it.
    expect((await world.work()).filter((end) => end === 'ready')).toHaveLength(1)
    await world.rows(`UPDATE document SET status = 'FAILED' WHERE id = $1`, id)
    expect(await outcomes('again', { externalId: 'a', ...text('One') })).toEqual(['UPDATED'])
  })

  test('keeps what is said anew about the same content', async () => {
    await accept('described', { externalId: 'a', title: 'Old', metadata: { a: 1 }, ...text('One') })
    await world.work()
    expect(
      (await accept('described', { externalId: 'a', title: 'New', ...text('One') })).results,
    ).toMatchObject([{ outcome: 'UNCHANGED', document: { title: 'New', metadata: { a: 1 } } }])
    expect(
      (await accept('described', { externalId: 'a', metadata: {}, ...text('One') })).results,
    ).toMatchObject([{ outcome: 'UNCHANGED', document: { title: 'New', metadata: {}, status: 'READY' } }])
  })

  const nested = (levels: number): unknown => (levels === 0 ? 0 : { in: nested(levels - 1) })
  test.each<[string, Partial<DocumentDraft>, string]>([
    ['an empty text', text(''), 'EMPTY'],
    ['white space', text(' \n\t '), 'EMPTY'],
    ['NUL', text('a\0b'), 'INVALID_INPUT'],
    ['half of a surrogate pair', text('a\ud800'), 'INVALID_INPUT'],
    ['more than 10 MiB', text('é'.repeat(5 * 1024 * 1024 + 1)), 'TOO_LARGE'],
    ['a URL of no web page', { source: { url: 'file:///etc/passwd' } }, 'INVALID_INPUT'],
    ['a URL with a password', { source: { url: 'https://a:b@example.com' } }, 'INVALID_INPUT'],
    ['what is no URL', { source: { url: 'example' } }, 'INVALID_INPUT'],
    ['a long URL', { source: { url: `https://example.com/${'a'.repeat(2_030)}` } }, 'INVALID_INPUT'],
    ['a blank id', { externalId: ' ' }, 'INVALID_INPUT'],
    ['a long id', { externalId: 'a'.repeat(513) }, 'INVALID_INPUT'],
    ['an id with NUL', { externalId: 'a\0' }, 'INVALID_INPUT'],
    ['a long title', { title: 'a'.repeat(501) }, 'INVALID_INPUT'],
    ['metadata that is a list', { metadata: [] }, 'INVALID_INPUT'],
    ['metadata that is nested deep', { metadata: nested(9) }, 'INVALID_INPUT'],
    ['metadata that is nested very deep', { metadata: nested(5_000) }, 'INVALID_INPUT'],
    [
      'metadata that is wide',
      { metadata: { in: Array.from({ length: 300_000 }, () => 0) } },
      'INVALID_INPUT',
    ],
    ['large metadata', { metadata: { in: 'a'.repeat(16 * 1024) } }, 'INVALID_INPUT'],
    ['metadata with NUL', { metadata: { in: 'a\0' } }, 'INVALID_INPUT'],
    ['metadata with half of a pair in a key', { metadata: { 'a\udc00': 1 } }, 'INVALID_INPUT'],
  ])('rejects %s, and accepts what stands beside it', async (_what, bad, code) => {
    const { results } = await accept('rejected', { externalId: 'bad', ...bad }, { externalId: 'good' })
    expect(results[0]).toMatchObject({
      outcome: 'REJECTED',
      document: null,
      failure: { code, retryable: false },
    })
    expect(results[1]).toMatchObject({ document: { externalId: 'good' }, failure: null })
  })

  test('makes no collection for rejected documents only', async () => {
    const { ingestion } = await accept('never', text(''))
    expect(ingestion).toBeNull()
    await expect(world.collectionId('never')).rejects.toThrow()
  })

  test('takes text and metadata as they are', async () => {
    const metadata = { nested: nested(7), null: null, number: 1.5, emoji: '👩‍🚀', escaped: '\\u0000' }
    const title = 'a'.repeat(500)
    const { results } = await accept('exact', { title, metadata, ...text('\ufeffTab\t\r\n👩‍🚀') })
    expect(results[0]?.document).toMatchObject({ title, metadata })
    const [source] = await world.rows<{ bytes: Buffer }>(
      'SELECT bytes FROM document_source WHERE document_id = $1',
      results[0]?.document?.id,
    )
    expect(source?.bytes.toString()).toBe('\ufeffTab\t\r\n👩‍🚀')
  })
})
