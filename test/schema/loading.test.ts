import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/resolvers/context.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import { seedChunk, seedCollection, seedDocument, seedWorkspace } from './seed.ts'
import {
  contextOf,
  type Data,
  execute,
  openTestDatabase,
  refusal,
  run,
  type TestDatabase,
} from './testkit.ts'

let db: TestDatabase
let workspaceId: string
let context: Context

beforeAll(async () => {
  db = await openTestDatabase()
  const { prisma } = db.database
  workspaceId = await seedWorkspace(prisma, 'loading')
  context = contextOf({ workspaceId }, { database: db.database })
})
afterAll(() => db[Symbol.asyncDispose]())

/** Statements that an operation takes: the same for one row and for many, or rows are loaded one by one. */
async function statementsOf(source: string): Promise<number> {
  db.statements()
  await run(context, source)
  return db.statements()
}

test('what belongs to documents is loaded in one statement a field', async () => {
  const { prisma } = db.database
  for (const name of ['c1', 'c2', 'c3']) {
    const collectionId = await seedCollection(prisma, workspaceId, name)
    for (const title of ['a', 'b']) await seedDocument(prisma, { workspaceId, collectionId }, title, 2)
  }
  const documents = await prisma.document.findMany({ where: { workspaceId } })
  const ids = documents.map(({ id }) => encodeGlobalId('Document', id))
  const source = (some: string[]) => `{ nodes(ids: ${JSON.stringify(some)}) { ... on Document {
    title text collection { name stats { documents chunks } } } } }`

  expect(await statementsOf(source(ids))).toBe(await statementsOf(source(ids.slice(0, 1))))
  const { nodes } = await run(context, source(ids.slice(0, 1)))
  expect(nodes).toEqual([
    { title: 'a', text: 'text of a', collection: { name: 'c1', stats: { documents: 2, chunks: 4 } } },
  ])
})

test('what belongs to passages and runs is loaded in one statement a field', async () => {
  const { prisma } = db.database
  const collectionId = await seedCollection(prisma, workspaceId, 'runs')
  const place = { workspaceId, collectionId }
  const conversation = await prisma.conversation.create({ data: { workspaceId, title: 'talk' } })
  for (const title of ['x', 'y', 'z']) {
    const chunk = await seedChunk(prisma, place, await seedDocument(prisma, place, title), 0)
    await prisma.run.create({
      data: {
        workspaceId,
        conversationId: conversation.id,
        question: title,
        input: {},
        retrievalMode: 'LEXICAL',
        answer: { text: title, grounded: true, finishReason: 'STOP', model: 'm', usage: null },
        hits: { create: { workspaceId, rank: 1, score: 1, chunkId: chunk.id } },
        citations: { create: { workspaceId, ordinal: 0, marker: 1, chunkId: chunk.id, verified: true } },
      },
    })
  }
  const source = (first: number) => `{ conversations { edges { node { runs(first: ${first}) { edges { node {
    conversation { title }
    retrieval { underfilled hits { chunk { document { title } } } }
    answer { citations { chunk { document { title } } } } } } } } } } }`

  expect(await statementsOf(source(3))).toBe(await statementsOf(source(1)))
  const data = await run(context, source(3))
  const runs = data.conversations.edges[0].node.runs.edges.map(({ node }: Data) => node)
  const document = (title: string) => ({ chunk: { document: { title } } })
  expect(runs).toEqual(
    ['x', 'y', 'z'].map((title) => ({
      conversation: { title: 'talk' },
      retrieval: { underfilled: false, hits: [document(title)] },
      answer: { citations: [document(title)] },
    })),
  )
})

test('text is null until the document is READY', async () => {
  const { prisma } = db.database
  const collectionId = await seedCollection(prisma, workspaceId, 'texts')
  const id = await seedDocument(prisma, { workspaceId, collectionId }, 't')
  const read = async () =>
    (
      await run(
        context,
        `{ node(id: "${encodeGlobalId('Document', id)}") { ... on Document { text failure { code } } } }`,
      )
    ).node
  expect(await read()).toEqual({ text: 'text of t', failure: null })

  const failure = { code: 'EMPTY', message: 'There is no text in it', retryable: false }
  await prisma.document.update({ where: { id }, data: { status: 'FAILED', failure } })
  expect(await read()).toEqual({ text: null, failure: { code: 'EMPTY' } })
})

test('a row whose owner was deleted meanwhile is NOT_FOUND, not a fault of ours', async () => {
  const { prisma } = db.database
  const collectionId = await seedCollection(prisma, workspaceId, 'gone')
  const documentId = await seedDocument(prisma, { workspaceId, collectionId }, 'g')
  const chunk = await seedChunk(prisma, { workspaceId, collectionId }, documentId, 0)
  await prisma.document.delete({ where: { id: documentId } })
  const retriever = {
    retrieve: async () => ({
      mode: 'LEXICAL' as const,
      underfilled: false,
      hits: [{ rank: 1, score: 1, scores: { lexical: 1, vector: null, rerank: null }, chunk }],
    }),
  }
  const stale = contextOf({ workspaceId }, { database: db.database, retriever })
  const source = '{ retrieve(input: { query: "q" }) { hits { chunk { document { id } } } } }'
  expect(refusal(await execute(stale, source))).toEqual({ code: 'NOT_FOUND' })
})
