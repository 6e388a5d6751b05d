import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { httpError } from '../testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'
import { gated } from '../testkit/upstream/gated.ts'

// The embeddings' double is where an ingestion is held, or made to fail.
let upstream: FakeOpenAi
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  const env = { EMBEDDING_BASE_URL: upstream.baseUrl, EMBEDDING_MODEL: 'fake', EMBEDDING_DIMENSIONS: '64' }
  app = await bootApp({ env })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

let collection = ''
let count = 0
beforeEach(() => {
  collection = `ingestion-${++count}`
})
afterEach(() => upstream.embeddings.otherwise(embed({ dimensions: 64 })))

const search = async (query: string) =>
  (await app.client.retrieve({ collection, query, mode: 'LEXICAL', topK: 10 })).hits.map(
    ({ chunk }) => chunk.text,
  )
const statusOf = async (ingestionId: string) => {
  const states = await Array.fromAsync(app.client.watchIngestion(ingestionId))
  return states.at(-1)
}
const documentOf = async (id: string) =>
  (
    await app.query(
      `query ($id: ID!) { node(id: $id) { ... on Document { version status attempts text chunkCount indexedAt
         failure { code retryable } chunks { edges { node { text documentVersion } } } } } }`,
      { id },
    )
  ).node

test('a new content stays beside the old one until it is READY, then takes its place', async () => {
  const [old] = (await ingestReady(app, collection, texts({ a: 'The old harbour has two piers.' }))).ids
  const gate = createGate()
  upstream.embeddings.enqueue(gated(gate, embed({ dimensions: 64 })))

  const { results, ingestions } = await app.client.ingest({
    collection,
    documents: texts({ a: 'The rebuilt harbour has five piers.' }),
  })
  expect(results).toMatchObject([{ outcome: 'UPDATED', document: { id: old, version: 2 } }])
  await gate.reached
  expect(await search('harbour piers')).toEqual(['The old harbour has two piers.'])
  expect(await documentOf(old ?? '')).toMatchObject({ version: 2, status: 'EMBEDDING' })

  gate.open()
  expect(await statusOf(ingestions[0]?.id ?? '')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await search('harbour piers')).toEqual(['The rebuilt harbour has five piers.'])
  expect(await documentOf(old ?? '')).toMatchObject({
    version: 2,
    status: 'READY',
    text: 'The rebuilt harbour has five piers.',
    chunkCount: 1,
    chunks: { edges: [{ node: { documentVersion: 2 } }] },
  })
})

test('the same content again changes nothing and queues nothing, while it is on its way and after', async () => {
  const gate = createGate()
  upstream.embeddings.enqueue(gated(gate, embed({ dimensions: 64 })))
  const documents = [...texts({ a: 'The ferry leaves at noon.' }), { source: { text: 'No id, same text.' } }]
  const first = await app.client.ingest({ collection, documents })
  await gate.reached
  const again = await app.client.ingest({ collection, documents })
  expect(again.results.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UNCHANGED'])
  expect(again.ingestions).toEqual([])
  gate.open()
  expect(await statusOf(first.ingestions[0]?.id ?? '')).toMatchObject({ status: 'SUCCEEDED', total: 2 })

  const later = await app.client.ingest({ collection, documents })
  expect(later.results.map(({ outcome }) => outcome)).toEqual(['UNCHANGED', 'UNCHANGED'])
  expect(later.ingestions).toEqual([])
  expect(later.results.map(({ document }) => document?.id)).toEqual(
    first.results.map(({ document }) => document?.id),
  )
})

test('one call with the same document twice has it once', async () => {
  const { results } = await app.client.ingest({
    collection,
    documents: [
      ...texts({ a: 'First text.' }),
      ...texts({ a: 'First text.' }),
      ...texts({ a: 'Second text.' }),
    ],
  })
  expect(results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'UNCHANGED', 'UPDATED'])
  expect(new Set(results.map(({ document }) => document?.id)).size).toBe(1)
})

test('deleting a document takes its passages and quotes out of the runs that used it', async () => {
  const { ids } = await ingestReady(
    app,
    collection,
    texts({ a: 'The beacon on the cliff burns peat.', b: 'Bread is baked in the village every morning.' }),
  )
  const run = await app.client.ask({ collection, question: 'What does the beacon on the cliff burn?' })
  expect(run.answer?.citations[0]?.quote).toContain('peat')

  const { deleteDocuments } = await app.query(
    'mutation ($ids: [ID!]!) { deleteDocuments(input: { ids: $ids }) { deletedDocumentIds } }',
    { ids: [ids[0]] },
  )
  expect(deleteDocuments.deletedDocumentIds).toEqual([ids[0]])
  const { node, document } = await app.query(
    `query ($run: ID!, $document: ID!) { document: node(id: $document) { id } node(id: $run) { ... on Run {
       retrieval { hits { chunk { document { id } text } } }
       answer { text citations { marker quote start end chunk { id } } } } } }`,
    { run: run.id, document: ids[0] },
  )
  expect(document).toBeNull()
  expect(JSON.stringify(node.retrieval)).not.toContain('peat')
  expect(JSON.stringify(node.retrieval)).not.toContain(ids[0])
  expect(node.answer.citations.length).toBeGreaterThan(0)
  for (const citation of node.answer.citations) {
    expect(citation).toEqual({ marker: citation.marker, quote: null, start: null, end: null, chunk: null })
  }
  expect(await search('beacon peat')).toEqual([])
  const again = await app.query(
    'mutation ($ids: [ID!]!) { deleteDocuments(input: { ids: $ids }) { deletedDocumentIds } }',
    { ids },
  )
  expect(again.deleteDocuments.deletedDocumentIds).toEqual([ids[1]])
})

test('a passage that a run cites stays readable when a new version replaces it', async () => {
  await ingestReady(app, collection, texts({ a: 'The toll bridge costs three coins.' }))
  const run = await app.client.ask({ collection, question: 'What does the toll bridge cost?' })
  const cited = run.answer?.citations[0]
  await ingestReady(app, collection, texts({ a: 'The toll bridge costs nine coins.' }))

  const { node } = await app.query(
    `query ($id: ID!) { node(id: $id) { ... on Run { answer { citations { quote chunk { id text documentVersion } } } } } }`,
    { id: run.id },
  )
  expect(node.answer.citations[0]).toEqual({
    quote: cited?.quote,
    chunk: { id: cited?.chunk?.id, text: 'The toll bridge costs three coins.', documentVersion: 1 },
  })
  expect(await search('toll bridge coins')).toEqual(['The toll bridge costs nine coins.'])
})

test('what failed says why, leaves the others alone, and is retried on request', async () => {
  upstream.embeddings.otherwise((call) =>
    JSON.stringify(call.request.body).includes('poisoned')
      ? httpError(400)(call)
      : embed({ dimensions: 64 })(call),
  )
  const { results, ingestions } = await app.client.ingest({
    collection,
    documents: texts({ good: 'A healthy document.', bad: 'A poisoned document.' }),
  })
  const ingestionId = ingestions[0]?.id ?? ''
  const bad = results[1]?.document?.id ?? ''
  expect(await statusOf(ingestionId)).toMatchObject({ status: 'FAILED', ready: 1, failed: 1 })
  expect(await documentOf(bad)).toMatchObject({ status: 'FAILED', failure: { code: 'UPSTREAM_REJECTED' } })
  expect(await app.client.failedDocuments(ingestionId)).toMatchObject([
    {
      id: bad,
      externalId: 'bad',
      status: 'FAILED',
      failure: { code: 'UPSTREAM_REJECTED', retryable: false },
    },
  ])

  upstream.embeddings.otherwise(embed({ dimensions: 64 }))
  const { retryIngestion } = await app.query(
    'mutation ($id: ID!) { retryIngestion(input: { ingestionId: $id }) { id status finishedAt failed } }',
    { id: ingestionId },
  )
  expect(retryIngestion).toMatchObject({ id: ingestionId, finishedAt: null, failed: 0 })
  expect(await statusOf(ingestionId)).toMatchObject({ status: 'SUCCEEDED', ready: 2 })
  expect(await search('poisoned')).toEqual(['A poisoned document.'])
  expect(await documentOf(bad)).toMatchObject({ status: 'READY', version: 1, failure: null })
})

test('cancelling stops what is queued or running, leaves what is READY, and can be retried', async () => {
  const before = await ingestReady(app, collection, texts({ ready: 'This one was there before.' }))
  const gate = createGate()
  upstream.embeddings.otherwise(gated(gate, embed({ dimensions: 64 })))
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`late-${n}`, `Late number ${n} comes.`]),
  )
  const { ingestions } = await app.client.ingest({ collection, documents: texts(many) })
  const ingestionId = ingestions[0]?.id ?? ''
  await gate.reached
  const { cancelIngestion } = await app.query(
    'mutation ($id: ID!) { cancelIngestion(input: { ingestionId: $id }) { status total cancelled ready finishedAt } }',
    { id: ingestionId },
  )
  expect(cancelIngestion).toMatchObject({ status: 'CANCELLED', total: 20, cancelled: 20, ready: 0 })
  expect(cancelIngestion.finishedAt).not.toBeNull()
  expect(await statusOf(ingestionId)).toMatchObject({ status: 'CANCELLED' })
  gate.open()
  upstream.embeddings.otherwise(embed({ dimensions: 64 }))
  // What comes after it in the queue shows that its jobs have been through.
  await ingestReady(app, collection, texts({ next: 'This one comes after.' }))
  expect(await search('late comes')).toEqual(['This one comes after.'])
  expect(await documentOf(before.ids[0] ?? '')).toMatchObject({ status: 'READY' })

  await app.query('mutation ($id: ID!) { retryIngestion(input: { ingestionId: $id }) { id } }', {
    id: ingestionId,
  })
  expect(await statusOf(ingestionId)).toMatchObject({ status: 'SUCCEEDED', ready: 20 })
  const { collection: found } = await app.query(
    'query ($name: String!) { collection(name: $name) { stats { documents chunks } } }',
    { name: collection },
  )
  expect(found.stats).toEqual({ documents: 22, chunks: 22 })
})
