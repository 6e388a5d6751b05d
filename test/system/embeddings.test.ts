import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { createTestDatabase, type TestDatabase } from '../testkit/app/test-database.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { httpError } from '../testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

let upstream: FakeOpenAi
let database: TestDatabase
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  database = await createTestDatabase()
  app = await bootApp({ database, env: env() })
  await ingestReady(
    app,
    'default',
    texts({
      tide: 'Spring tides come at new moon and full moon.',
      wind: 'Trade winds blow towards the equator.',
      ice: 'Sea ice forms below minus two degrees.',
    }),
  )
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await upstream.close()
})
afterEach(() => upstream.embeddings.otherwise(embed({ dimensions: 64 })))

const env = (model = 'fake-embeddings') => ({
  EMBEDDING_BASE_URL: upstream.baseUrl,
  EMBEDDING_MODEL: model,
  EMBEDDING_DIMENSIONS: '64',
})
const retrieve = (mode: 'VECTOR' | 'HYBRID' | 'LEXICAL', query = 'trade winds equator') =>
  app.client.retrieve({ query, mode, topK: 3 })

test('VECTOR orders by similarity, LEXICAL by words, HYBRID by both, and each says what it was', async () => {
  const vector = await retrieve('VECTOR')
  expect(vector.mode).toBe('VECTOR')
  expect(vector.hits[0]).toMatchObject({ rank: 1, chunk: { document: { externalId: 'wind' } } })
  expect(vector.hits[0]?.scores).toMatchObject({ lexical: null, rerank: null })
  expect(vector.hits[0]?.scores.vector).toBeGreaterThan(0.3)
  expect(vector.hits).toHaveLength(3)

  const lexical = await retrieve('LEXICAL')
  expect(lexical.hits.map(({ scores }) => scores.vector)).toEqual([null])

  const hybrid = await retrieve('HYBRID')
  expect(hybrid.mode).toBe('HYBRID')
  expect(hybrid.hits[0]?.chunk.document.externalId).toBe('wind')
  expect(hybrid.hits[0]?.scores.vector).toBeCloseTo(vector.hits[0]?.scores.vector ?? 0, 5)
  expect(hybrid.hits[0]?.scores.lexical).toBeCloseTo(lexical.hits[0]?.scores.lexical ?? 0, 5)
  for (const { hits } of [vector, lexical, hybrid]) {
    const scores = hits.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((x, y) => y - x))
    for (const score of scores) expect(score >= 0 && score <= 1).toBe(true)
  }
})

test('a provider that is down leaves HYBRID with its words, and VECTOR UNAVAILABLE, beside each other', async () => {
  upstream.embeddings.otherwise(httpError(400))
  const { data, errors } = await app.send(`{
    hybrid: retrieve(input: { query: "trade winds", mode: HYBRID }) { mode hits { chunk { document { externalId } } } }
    viewer { workspace { name } } }`)
  expect(errors).toBeUndefined()
  expect(data.hybrid).toEqual({ mode: 'LEXICAL', hits: [{ chunk: { document: { externalId: 'wind' } } }] })
  const vector = await app.send('{ retrieve(input: { query: "trade winds", mode: VECTOR }) { mode } }')
  expect(vector.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  const run = await app.client.ask({ question: 'Where do trade winds blow?' })
  expect(run).toMatchObject({ status: 'COMPLETED', retrieval: { mode: 'LEXICAL' } })
})

test('a provider that cannot be reached at all is waited for no longer than its retries', async () => {
  await using other = await startFakeOpenAi()
  const unreachable = other.baseUrl
  await other.close()
  await using alone = await bootApp({ env: { ...env(), EMBEDDING_BASE_URL: unreachable } })
  await alone.query('mutation { createCollection(input: { name: "default" }) { id } }')
  const hybrid = await alone.client.retrieve({ query: 'anything', mode: 'HYBRID' })
  expect(hybrid).toMatchObject({ mode: 'LEXICAL', hits: [] })
  await expect(alone.client.retrieve({ query: 'anything', mode: 'VECTOR' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  })
})

test('another model is filled in beside the old one, and then answers', async () => {
  await app.stop()
  app = await bootApp({ database, env: env('another-model') })
  await expect
    .poll(async () => (await retrieve('VECTOR')).hits.map(({ chunk }) => chunk.document.externalId), {
      timeout: 30_000,
    })
    .toContain('wind')
  expect((await retrieve('VECTOR')).hits).toHaveLength(3)
  expect(upstream.embeddings.requests.at(-1)?.body.model).toBe('another-model')
})
