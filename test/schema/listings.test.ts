import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/resolvers/context.ts'
import { decodeGlobalId } from '../../src/resolvers/global-id.ts'
import { seedChunk, seedCollection, seedDocument, seedWorkspace } from './seed.ts'
import { contextOf, type Data, openTestDatabase, run, type TestDatabase } from './testkit.ts'

let db: TestDatabase
let workspaceId: string
let context: Context

beforeAll(async () => {
  db = await openTestDatabase()
  workspaceId = await seedWorkspace(db.database.prisma, 'listings')
  context = contextOf({ workspaceId }, { database: db.database })
})
afterAll(() => db[Symbol.asyncDispose]())

const titles = (connection: Data) => connection.edges.map(({ node }: Data) => node.title).join('')

test("a document's chunks are those of the version that searches find, by ordinal", async () => {
  const collectionId = await seedCollection(db.database.prisma, workspaceId, 'chunks')
  const place = { workspaceId, collectionId }
  const id = await seedDocument(db.database.prisma, place, 'versions', 12)
  await seedChunk(db.database.prisma, place, id, 99, 2)
  const source = (args: string) =>
    `{ collection(name: "chunks") { documents { edges { node { chunks(${args}) {
      edges { node { ordinal } } pageInfo { endCursor } } } } } } }`
  const read = async (args: string) =>
    (await run(context, source(args))).collection.documents.edges[0].node.chunks
  const ordinals = (chunks: Data) => chunks.edges.map(({ node }: Data) => node.ordinal)

  const first = await read('first: 9')
  expect(ordinals(first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(ordinals(await read(`after: "${first.pageInfo.endCursor}"`))).toEqual([9, 10, 11])

  await db.database.prisma.document.update({ where: { id }, data: { indexedVersion: null } })
  expect(ordinals(await read('first: 9'))).toEqual([])
})

test('collections come by name, conversations newest first, runs oldest first', async () => {
  const { prisma } = db.database
  const own = await seedWorkspace(prisma, 'orders')
  const inOwn = contextOf({ workspaceId: own }, { database: db.database })
  for (const name of ['m', 'a', 'z']) await seedCollection(prisma, own, name)
  for (const title of ['first', 'second']) {
    const { id } = await prisma.conversation.create({ data: { workspaceId: own, title } })
    for (const question of ['one', 'two']) {
      await prisma.run.create({ data: { workspaceId: own, conversationId: id, question, input: {} } })
    }
  }

  const { collections, conversations } = await run(
    inOwn,
    `{ collections(last: 2) { edges { node { name } } }
       conversations { edges { cursor node { title runs { edges { node { question } } } } } } }`,
  )
  expect(collections.edges.map(({ node }: Data) => node.name)).toEqual(['m', 'z'])
  expect(conversations.edges.map(({ node }: Data) => node.title)).toEqual(['second', 'first'])
  expect(conversations.edges[0].node.runs.edges.map(({ node }: Data) => node.question)).toEqual([
    'one',
    'two',
  ])

  const older = await run(
    inOwn,
    `{ conversations(after: "${conversations.edges[0].cursor}") { edges { node { title } } } }`,
  )
  expect(older.conversations.edges).toEqual([{ node: { title: 'first' } }])
})

test("an ingestion's documents are those it is about", async () => {
  const { prisma } = db.database
  const collectionId = await seedCollection(prisma, workspaceId, 'ingested')
  for (const title of ['a', 'b', 'c']) await seedDocument(prisma, { workspaceId, collectionId }, title)
  const { id } = await prisma.ingestion.create({ data: { workspaceId, collectionId } })
  const about = await prisma.document.findMany({ where: { collectionId, title: { not: 'b' } } })
  for (const document of about) {
    await prisma.ingestionDocument.create({
      data: { ingestionId: id, documentId: document.id, workspaceId, version: 1 },
    })
  }
  const globalId = Buffer.from(`Ingestion:${id}`).toString('base64url')
  const source = `{ node(id: "${globalId}") { id ... on Ingestion { documents { totalCount edges { node { title } } } } } }`

  const { node } = await run(context, source)

  expect(decodeGlobalId(node.id)).toEqual({ type: 'Ingestion', id })
  expect([titles(node.documents), node.documents.totalCount]).toEqual(['ac', 2])
})
