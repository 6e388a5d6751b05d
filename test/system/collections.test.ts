import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'

let app: TestApp
beforeAll(async () => {
  app = await bootApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('collections are made, counted, listed, searched apart and deleted with all they hold', async () => {
  const { createCollection } = await app.query(
    'mutation { createCollection(input: { name: "made", description: "By hand" }) { id name description stats { documents chunks } } }',
  )
  expect(createCollection).toMatchObject({
    name: 'made',
    description: 'By hand',
    stats: { documents: 0, chunks: 0 },
  })
  const twice = await app.send('mutation { createCollection(input: { name: "made" }) { id } }')
  expect(twice.errors?.[0]?.extensions.code).toBe('CONFLICT')

  const { ids } = await ingestReady(
    app,
    'made',
    texts({ a: 'Salt is dried in the pans.', b: 'Rope is twisted.' }),
  )
  await ingestReady(app, 'other', texts({ a: 'Salt is mined in the hills.' }))
  const found = await app.client.retrieve({ collection: 'made', query: 'salt', topK: 5 })
  expect(found.hits.map(({ chunk }) => chunk.text)).toEqual(['Salt is dried in the pans.'])
  expect(found.underfilled).toBe(true)

  const { collection, collections } = await app.query(
    `{ collection(name: "made") { stats { documents chunks } documents(status: [READY]) { totalCount edges { node { externalId } } } }
       collections { edges { node { name } } } }`,
  )
  expect(collection.stats).toEqual({ documents: 2, chunks: 2 })
  expect(collection.documents.totalCount).toBe(2)
  expect(collections.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
    'made',
    'other',
  ])

  const run = await app.client.ask({ collection: 'made', question: 'Where is salt dried?' })
  const { deleteCollection } = await app.query(
    'mutation { deleteCollection(input: { name: "made" }) { deletedCollectionId deletedDocuments } }',
  )
  expect(deleteCollection).toEqual({ deletedCollectionId: createCollection.id, deletedDocuments: 2 })
  const after = await app.query(
    `query ($ids: [ID!]!, $run: ID!) { nodes(ids: $ids) { id } collection(name: "made") { id }
       node(id: $run) { ... on Run { retrieval { hits { rank } } answer { citations { quote chunk { id } } } } } }`,
    { ids: [...ids, createCollection.id], run: run.id },
  )
  expect(after.nodes).toEqual([null, null, null])
  expect(after.collection).toBeNull()
  expect(after.node.retrieval.hits).toEqual([])
  expect(
    after.node.answer.citations.every(({ quote, chunk }: { quote: null; chunk: null }) => !quote && !chunk),
  ).toBe(true)
  const gone = await app.send('mutation { deleteCollection(input: { name: "made" }) { deletedDocuments } }')
  expect(gone.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
})
