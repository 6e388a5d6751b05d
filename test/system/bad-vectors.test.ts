import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { createTestDatabase, type TestDatabase } from '../testkit/app/test-database.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { html, invalidJson, json } from '../testkit/upstream/failures.ts'
import type { Behaviour } from '../testkit/upstream/fake-call.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

const dimensions = 64
let upstream: FakeOpenAi
let database: TestDatabase
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi({ dimensions })
  database = await createTestDatabase()
  app = await bootApp({
    database,
    env: {
      EMBEDDING_BASE_URL: upstream.baseUrl,
      EMBEDDING_MODEL: 'fake',
      EMBEDDING_DIMENSIONS: String(dimensions),
    },
  })
  await ingestReady(
    app,
    'default',
    texts({
      tide: 'Spring tides come at new moon and full moon.',
      wind: 'Trade winds blow towards the equator.',
    }),
  )
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await upstream.close()
})
afterEach(() => upstream.embeddings.otherwise(embed({ dimensions })))

/** A right answer, changed. */
const answering =
  (change: (data: { index: number; embedding: unknown }[]) => unknown): Behaviour =>
  (call) => {
    const right = [call.request.body.input].flat().map((_, index) => ({
      object: 'embedding',
      index,
      embedding: Array.from({ length: dimensions }, (__, i) => (i === index % dimensions ? 1 : 0)),
    }))
    return json({ object: 'list', data: change(right) })(call)
  }
const vectors = (embedding: unknown) => answering((data) => data.map((item) => ({ ...item, embedding })))
const base64 = (value: number) =>
  Buffer.from(new Float32Array(dimensions).fill(value).buffer).toString('base64')
const endless: Behaviour = async (call) => {
  call.response.writeHead(200, { 'content-type': 'application/json' })
  const part = `"${'x'.repeat(1024 * 1024)}",`
  await call.write('{"data":[')
  while (!call.response.destroyed) await call.write(part)
}

const bad: readonly (readonly [string, Behaviour])[] = [
  ['NaN', vectors(base64(Number.NaN))],
  ['an infinity', vectors(base64(Number.POSITIVE_INFINITY))],
  ['a number that no float holds', vectors(Array(dimensions).fill(1e39))],
  ['zeros', vectors(Array(dimensions).fill(0))],
  ['null for a vector', vectors(null)],
  ['numbers as strings', vectors(Array(dimensions).fill('1'))],
  ['a vector too short', vectors([1, 0, 0])],
  ['a vector too long', vectors(Array(dimensions + 1).fill(1))],
  ['base64 with what is none', vectors(`!${base64(1)}`)],
  ['base64 cut short', vectors(base64(1).slice(0, 41))],
  ['a vector too few', answering((data) => data.slice(1))],
  ['a vector too many', answering((data) => [...data, ...data.slice(0, 1)])],
  [
    'one index twice',
    answering((data) => [...data.slice(1), ...data.slice(-1)].map((item) => ({ ...item, index: 7 }))),
  ],
  ['no data', answering(() => null)],
  ['a page', html()],
  ['JSON cut short', invalidJson()],
  ['nothing', ({ response }) => void response.writeHead(200).end()],
  ['no end', endless],
]

const written = async () => {
  const { data } = await app.send('{ collection(name: "default") { stats { chunks } } }')
  // The embedded database is the server's alone while it runs.
  if (database.kind === 'embedded') return data
  return database.use(async ({ pool }) => {
    const count = async (table: string) =>
      Number((await pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count)
    return {
      data,
      chunks: await count('chunk'),
      vectors: await count('chunk_embedding'),
      staged: await count('staged_embedding'),
    }
  })
}

test.each(bad)('%s from the model fails the document, and leaves nothing of it', async (name, behaviour) => {
  const before = await written()
  upstream.embeddings.otherwise(behaviour)
  const { results, ingestions } = await app.client.ingest({
    documents: texts({ [`bad: ${name}`]: 'Sea ice forms below minus two degrees.' }),
  })
  const states = await Array.fromAsync(app.client.watchIngestion(ingestions[0]?.id ?? ''))
  expect(states.at(-1)).toMatchObject({ status: 'FAILED' })
  const { data } = await app.send(
    'query ($id: ID!) { node(id: $id) { ... on Document { status failure { code retryable message } } } }',
    { id: results[0]?.document?.id },
  )
  expect(data.node).toMatchObject({
    status: 'FAILED',
    failure: { code: 'UPSTREAM_REJECTED', retryable: false },
  })
  expect(await written()).toEqual(before)
})

test.each(bad)(
  '%s for a question leaves HYBRID its words, and VECTOR is UNAVAILABLE',
  async (name, behaviour) => {
    upstream.embeddings.otherwise(behaviour)
    // Of its own: what was embedded before is remembered.
    const query = `trade winds ${name}`
    const hybrid = await app.client.retrieve({ query, mode: 'HYBRID' })
    expect(hybrid.mode).toBe('LEXICAL')
    expect(hybrid.hits[0]?.chunk.document.externalId).toBe('wind')
    await expect(app.client.retrieve({ query, mode: 'VECTOR' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        /^The query could not be embedded\. The embedding server (?!cannot be reached)/,
      ),
    })
  },
)

test.each([
  ['beyond what halfvec holds', 1e30],
  ['so small that halfvec has only zeros for them', 1e-30],
])('numbers %s are stored by their direction', async (name, size) => {
  const scaled = (items: readonly string[]) =>
    items.map((_, at) =>
      Float32Array.from({ length: dimensions }, (__, i) => (i === 60 + (at % 4) ? size : 0)),
    )
  upstream.embeddings.otherwise(embed({ dimensions, vectors: scaled }))
  await ingestReady(app, 'default', texts({ [name]: `A passage about numbers ${name}.` }))
  const { hits } = await app.client.retrieve({ query: `numbers ${name}`, mode: 'VECTOR', topK: 1 })
  expect(hits[0]?.scores.vector).toBeCloseTo(1, 3)
})

const odd: readonly (readonly [string, string])[] = [
  ['8,000 letters', 'x'.repeat(8_000)],
  ['8,000 words', 'winds and '.repeat(800)],
  ['more than 8,000 characters', 'x'.repeat(8_001)],
  ['only emoji', '🌊🌬️👩‍👩‍👧‍👦'.repeat(50)],
  ['control characters', '\u0001\u0002\u0007\u001b[31m\u007f\u0085 winds'],
  ['nothing but control characters', '\u0001\u0002\u0003'],
  ['nothing but blanks', ' \t\n\u00a0\u3000 '],
  ['nothing but a zero width space', '\u200b'],
  ['NUL', 'trade\u0000winds'],
  ['half a surrogate pair', 'winds \ud83c'],
  ['SQL', `'; DROP TABLE chunk; -- " OR 1=1 /* $1 $$ \\`],
  ['tsquery', `winds & !(tides | 'moon':*) <-> equator <3> a:ABCD`],
  ['a vector literal', '[1,2,3]::halfvec <=> {1,2}'],
  ['brackets and quotes', `"winds" ("'"((( %s %1$s {{x}} \${y} `],
  ['an open quote', '"trade winds'],
  ['nothing but quotes', '""""" "" " '],
  ['many quoted phrases', '"a b" '.repeat(1_300)],
  ['right to left and combining marks', `\u202eالرياح ${'e\u0301\u0302\u0303'.repeat(500)}`],
  ['unassigned and private code points', '\u{10ffff}\ue000\ufdd0\ufffe'],
]

test.each(odd.flatMap(([name, query]) => ['LEXICAL', 'VECTOR', 'HYBRID'].map((mode) => [name, mode, query])))(
  'a question of %s is answered by %s, or refused as the caller’s',
  async (_, mode, query) => {
    const { data, errors } = await app.send(
      'query ($input: RetrieveInput!) { retrieve(input: $input) { mode hits { score } } }',
      { input: { query, mode } },
    )
    if (errors) expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    else expect(data.retrieve.mode).toBe(mode)
  },
)

test('nothing was broken by any of these questions', async () => {
  const { hits } = await app.client.retrieve({ query: 'trade winds equator', mode: 'HYBRID', topK: 1 })
  expect(hits[0]?.chunk.document.externalId).toBe('wind')
  const metrics = await (await fetch(`${app.origin}/metrics`)).text()
  expect(metrics).toMatch(/^groundwire_query_embedding_cache_requests_total\{outcome="miss"\} [1-9]/m)
  expect(metrics).toMatch(/^groundwire_masked_errors_total 0$/m)
})
