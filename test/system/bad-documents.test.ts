import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestDocuments } from '../testkit/app/operations.ts'
import type { Data } from '../testkit/app/session.ts'

let app: TestApp
beforeAll(async () => {
  app = await bootApp()
})
afterAll(() => app[Symbol.asyncDispose]())

let collection = ''
let count = 0
beforeEach(() => {
  collection = `documents-${++count}`
})

const good = (name: string) => ({ externalId: name, source: { text: `The ${name} document is a good one.` } })
const limit = 10 * 1024 * 1024

/** Sends the bad ones with a good one before and behind each of them, and waits for these to be READY. */
async function ingestAround(bad: readonly object[]): Promise<Data[]> {
  const documents = [good('first'), ...bad.flatMap((document, n) => [document, good(`good-${n}`)])]
  const { data, errors, status } = await app.send(ingestDocuments, { input: { collection, documents } })
  expect([status, errors]).toEqual([200, undefined])
  const { results, ingestion } = data.ingestDocuments
  expect(results.map(({ index }: Data) => index)).toEqual(documents.map((_, index) => index))
  const states = await Array.fromAsync(app.client.watchIngestion(ingestion.id))
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', total: bad.length + 1, ready: bad.length + 1 })
  const { hits } = await app.client.retrieve({ collection, query: 'good document', topK: 100 })
  expect(hits).toHaveLength(bad.length + 1)
  const refused = results.filter((_: Data, index: number) => index % 2 === 1)
  for (const result of refused) expect(result).toMatchObject({ outcome: 'REJECTED', document: null })
  return refused.map(({ failure }: Data) => failure)
}

const text = 'It would be fine.'
const nested = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)

test('bad documents are rejected alone, each with what is wrong with it', async () => {
  const cases: [object, string, RegExp][] = [
    [{ source: { text: '' } }, 'EMPTY', /source\.text/],
    [{ source: { text: ' \n\u00a0\t' } }, 'EMPTY', /source\.text/],
    [{ source: { text: 'a\0b' } }, 'INVALID_INPUT', /source\.text.*NUL/],
    [{ source: { text: 'a\ud800b' } }, 'INVALID_INPUT', /source\.text.*surrogate/],
    [{ source: { text }, externalId: 'a\0' }, 'INVALID_INPUT', /externalId.*NUL/],
    [{ source: { text }, externalId: '\udfff' }, 'INVALID_INPUT', /externalId.*surrogate/],
    [{ source: { text }, externalId: 'x'.repeat(513) }, 'INVALID_INPUT', /externalId.*512/],
    [{ source: { text }, externalId: '' }, 'INVALID_INPUT', /externalId/],
    [{ source: { text }, title: 'a\0' }, 'INVALID_INPUT', /title.*NUL/],
    [{ source: { text }, title: '\ud800' }, 'INVALID_INPUT', /title.*surrogate/],
    [{ source: { text }, title: 'x'.repeat(501) }, 'INVALID_INPUT', /title.*500/],
    [{ source: { text }, mimeType: 'text/plain\0' }, 'INVALID_INPUT', /mimeType.*NUL/],
    [{ source: { text }, mimeType: 'x'.repeat(256) }, 'INVALID_INPUT', /mimeType.*255/],
    [{ source: { text }, metadata: nested(50) }, 'INVALID_INPUT', /metadata.*8/],
    [{ source: { text }, metadata: { list: [[[[[[[[[[1]]]]]]]]]] } }, 'INVALID_INPUT', /metadata.*8/],
    [{ source: { text }, metadata: { big: 'x'.repeat(17 * 1024) } }, 'INVALID_INPUT', /metadata.*16384/],
    [{ source: { text }, metadata: { 'a\0': 1 } }, 'INVALID_INPUT', /metadata.*NUL/],
    [{ source: { text }, metadata: { a: ['\ud800'] } }, 'INVALID_INPUT', /metadata.*surrogate/],
    [{ source: { text }, metadata: [1] }, 'INVALID_INPUT', /metadata/],
    [{ source: { text }, metadata: 'text' }, 'INVALID_INPUT', /metadata/],
    [{ source: { url: 'http://127.0.0.1/secret' } }, 'FETCH_FAILED', /not public/],
    [{ source: { url: 'http://[::ffff:10.0.0.1]/' } }, 'FETCH_FAILED', /not public/],
    [{ source: { url: 'http://0x7f.1/' } }, 'FETCH_FAILED', /not public/],
    [{ source: { url: 'file:///etc/passwd' } }, 'INVALID_INPUT', /source\.url.*http/],
    [{ source: { url: 'a\0' } }, 'INVALID_INPUT', /source\.url/],
    [{ source: { text: '%PDF-1.7' }, mimeType: 'application/pdf' }, 'UNSUPPORTED_TYPE', /application\/pdf/],
  ]
  const failures = await ingestAround(cases.map(([document]) => document))
  for (const [index, [, code, message]] of cases.entries()) {
    expect({ index, ...failures[index] }).toMatchObject({ index, code, retryable: false })
    expect(failures[index]?.message).toMatch(message)
  }
})

test('metadata of 8 levels and just under 16 KiB is kept as it was given', async () => {
  const metadata = { deep: nested(7), big: 'é'.repeat(8_000), nothing: null, no: false }
  const { results, ingestions } = await app.client.ingest({
    collection,
    documents: [{ ...good('kept'), metadata }],
  })
  expect(results).toMatchObject([{ outcome: 'CREATED' }])
  await Array.fromAsync(app.client.watchIngestion(ingestions[0]?.id ?? ''))
  const { node } = await app.query('query ($id: ID!) { node(id: $id) { ... on Document { metadata } } }', {
    id: results[0]?.document?.id,
  })
  expect(node.metadata).toEqual(metadata)
})

test('10 MiB of text in one line is READY; one byte more is TOO_LARGE, alone', async () => {
  const line = 'lorem needle ipsum '.repeat(limit).slice(0, limit)
  const documents = [
    { externalId: 'line', source: { text: line } },
    good('other'),
    { source: { text: `${line}x` } },
  ]
  const { data, errors } = await app.send(ingestDocuments, { input: { collection, documents } })
  expect(errors).toBeUndefined()
  const { results, ingestion } = data.ingestDocuments
  expect(results.map(({ outcome }: Data) => outcome)).toEqual(['CREATED', 'CREATED', 'REJECTED'])
  expect(results[2].failure).toMatchObject({ code: 'TOO_LARGE', retryable: false })
  expect(results[2].failure.message).toMatch(/source\.text.*10485760/)
  const states = await Array.fromAsync(app.client.watchIngestion(ingestion.id))
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 2 })
  const { node } = await app.query(
    `query ($id: ID!) { node(id: $id) { ... on Document { status bytes chunkCount
       chunks(first: 2) { edges { node { start end text } } } last: chunks(last: 1) { edges { node { end } } } } } }`,
    { id: results[0].document.id },
  )
  expect(node).toMatchObject({ status: 'READY', bytes: limit })
  expect(node.chunkCount).toBeGreaterThan(1_000)
  for (const { node: chunk } of node.chunks.edges) {
    expect(line.slice(chunk.start, chunk.end)).toBe(chunk.text)
  }
  expect(limit - node.last.edges[0].node.end).toBeLessThan(20)
  const { hits } = await app.client.retrieve({ collection, query: 'needle', topK: 5 })
  expect(hits).toHaveLength(5)
})

test('a line of 10 MB without a space is READY', async () => {
  const { results, ingestions } = await app.client.ingest({
    collection,
    documents: [{ source: { text: '漢字'.repeat(1_600_000) } }],
  })
  expect(results).toMatchObject([{ outcome: 'CREATED' }])
  const states = await Array.fromAsync(app.client.watchIngestion(ingestions[0]?.id ?? ''))
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED' })
})

test('no document or 101 of them are refused as a call, with the limit, and nothing is written', async () => {
  for (const number of [0, 101]) {
    const documents = Array.from({ length: number }, (_, n) => good(`many-${n}`))
    const { errors, status } = await app.send(ingestDocuments, { input: { collection, documents } })
    expect(status).toBe(200)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'documents', limit: 100 } }])
  }
  const found = await app.query('query ($name: String!) { collection(name: $name) { id } }', {
    name: collection,
  })
  expect(found.collection).toBeNull()
})

test('a source with none or two of its kinds is refused before anything is written', async () => {
  for (const source of [{}, { text: 'a', url: 'http://example.com' }, { text: null }]) {
    const { errors, status } = await app.send(ingestDocuments, {
      input: { collection, documents: [good('good'), { source }] },
    })
    expect(status).toBeLessThan(500)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(errors?.[0]?.message).toContain('source')
  }
})
