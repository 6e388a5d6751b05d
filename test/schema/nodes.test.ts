import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/resolvers/context.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import { seedCollection, seedDocument, seedWorkspace } from './seed.ts'
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
let mine: Context
let theirs: Context
const ids: Record<string, string> = {}

beforeAll(async () => {
  db = await openTestDatabase()
  const { prisma } = db.database
  const workspaceId = await seedWorkspace(prisma, 'mine')
  const other = await seedWorkspace(prisma, 'theirs')
  mine = contextOf({ workspaceId }, { database: db.database })
  theirs = contextOf({ workspaceId: other }, { database: db.database })
  const collectionId = await seedCollection(prisma, workspaceId, 'default')
  const documentId = await seedDocument(prisma, { workspaceId, collectionId }, 'one', 1)
  const chunk = await prisma.chunk.findFirstOrThrow({ where: { documentId } })
  const ingestion = await prisma.ingestion.create({ data: { workspaceId, collectionId } })
  const migration = await prisma.embeddingMigration.create({
    data: { workspaceId, toModel: 'another', toDimensions: 8 },
  })
  const conversation = await prisma.conversation.create({ data: { workspaceId, title: 'talk' } })
  const { id: runId } = await prisma.run.create({
    data: { workspaceId, conversationId: conversation.id, question: 'why?', input: {} },
  })
  Object.assign(ids, {
    Workspace: workspaceId,
    Collection: collectionId,
    Document: documentId,
    Chunk: chunk.id,
    Ingestion: ingestion.id,
    EmbeddingMigration: migration.id,
    Conversation: conversation.id,
    Run: runId,
  })
})
afterAll(() => db[Symbol.asyncDispose]())

const nodesOf = async (context: Context, globalIds: readonly string[]): Promise<Data[]> =>
  (await run(context, 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids: globalIds }))
    .nodes

test('each kind of node is found by its id, in the order of the ids', async () => {
  const wanted = Object.entries(ids).map(([type, id]) => ({
    __typename: type,
    id: encodeGlobalId(type, id),
  }))
  expect(wanted).toHaveLength(8)
  wanted.reverse()

  expect(
    await nodesOf(
      mine,
      wanted.map(({ id }) => id),
    ),
  ).toEqual(wanted)
  for (const { id, __typename } of wanted) {
    expect(await run(mine, `{ node(id: "${id}") { __typename id } }`)).toEqual({ node: { __typename, id } })
  }
})

test('another workspace finds none of them, by any way', async () => {
  const globalIds = Object.entries(ids).map(([type, id]) => encodeGlobalId(type, id))
  expect(await nodesOf(theirs, globalIds)).toEqual(globalIds.map(() => null))
  const source = `{ collection(name: "default") { id } collections { edges { cursor } }
    conversations { edges { cursor } } viewer { workspace { name } scopes } }`
  expect(await run(theirs, source)).toEqual({
    collection: null,
    collections: { edges: [] },
    conversations: { edges: [] },
    viewer: { workspace: { name: 'theirs' }, scopes: ['READ', 'WRITE'] },
  })
})

test('what is malformed, of another type or not there is null in its place', async () => {
  const there = encodeGlobalId('Document', ids.Document ?? '')
  const wrong = [
    '',
    'nonsense',
    `${there}=`,
    Buffer.from(`Document:${ids.Document}`.toUpperCase()).toString('base64url'),
    Buffer.from("Document:' OR 1=1").toString('base64url'),
    Buffer.from(`constructor:${ids.Document}`).toString('base64url'),
    encodeGlobalId('ApiKey', ids.Document ?? ''),
    encodeGlobalId('Chunk', ids.Document ?? ''),
    encodeGlobalId('Document', '01940000-0000-7000-8000-000000000000'),
  ]
  expect(await nodesOf(mine, [...wrong, there])).toEqual([
    ...wrong.map(() => null),
    { __typename: 'Document', id: there },
  ])
  for (const id of wrong)
    expect(await run(mine, '{ node(id: "'.concat(id, '") { id } }'))).toEqual({ node: null })
})

test('the same id twice is the same node twice', async () => {
  const id = encodeGlobalId('Run', ids.Run ?? '')
  expect(await nodesOf(mine, [id, id])).toEqual([
    { __typename: 'Run', id },
    { __typename: 'Run', id },
  ])
})

test('at most 100 nodes are asked for at once', async () => {
  const id = encodeGlobalId('Run', ids.Run ?? '')
  const source = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
  expect((await execute(mine, source, { ids: Array(100).fill(id) })).errors).toBeUndefined()
  const result = await execute(mine, source, { ids: Array(101).fill(id) })
  expect(refusal(result)).toEqual({ code: 'BAD_USER_INPUT', field: 'ids', limit: 100 })
})

test.each([
  '{ node(id: "x") { id } }',
  '{ viewer { workspace { id } } }',
  '{ collections { edges { cursor } } }',
])('a key without READ is refused: %s', async (source) => {
  const context = contextOf(
    { workspaceId: ids.Workspace ?? '', scopes: ['WRITE'] },
    { database: db.database },
  )
  expect(refusal(await execute(context, source))).toEqual({ code: 'FORBIDDEN' })
})
