import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../src/resolvers/context.ts'
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
let workspaceId: string
let context: Context

beforeAll(async () => {
  db = await openTestDatabase()
  workspaceId = await seedWorkspace(db.database.prisma, 'connections')
  context = contextOf({ workspaceId }, { database: db.database })
})
afterAll(() => db[Symbol.asyncDispose]())

async function collectionOf(name: string, titles: readonly string[]): Promise<string> {
  const collectionId = await seedCollection(db.database.prisma, workspaceId, name)
  for (const title of titles) await seedDocument(db.database.prisma, { workspaceId, collectionId }, title)
  return collectionId
}

async function documents(collection: string, args: string): Promise<Data> {
  const source = `{ collection(name: "${collection}") { documents(${args}) {
    edges { cursor node { title } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`
  return (await run(context, source)).collection.documents
}

const titles = (connection: Data) => connection.edges.map(({ node }: Data) => node.title).join('')

test('pages go forward and backward over the same order', async () => {
  await collectionOf('both-ways', ['a', 'b', 'c', 'd', 'e'])

  const first = await documents('both-ways', 'first: 2')
  expect(titles(first)).toBe('ab')
  expect(first.totalCount).toBe(5)
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })

  const second = await documents('both-ways', `first: 2, after: "${first.pageInfo.endCursor}"`)
  expect(titles(second)).toBe('cd')
  expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })

  const third = await documents('both-ways', `first: 2, after: "${second.pageInfo.endCursor}"`)
  expect(titles(third)).toBe('e')
  expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })

  const last = await documents('both-ways', 'last: 2')
  expect(titles(last)).toBe('de')
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })

  const before = await documents('both-ways', `last: 10, before: "${last.pageInfo.startCursor}"`)
  expect(titles(before)).toBe('abc')
  expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })

  const between = `after: "${first.edges[0].cursor}", before: "${last.pageInfo.endCursor}"`
  expect(titles(await documents('both-ways', between))).toBe('bcd')
})

test('a listing goes on behind a row that was deleted', async () => {
  const collectionId = await collectionOf('deleted', ['a', 'b', 'c', 'd'])
  const first = await documents('deleted', 'first: 2')
  await db.database.prisma.document.deleteMany({ where: { collectionId, title: { in: ['a', 'b'] } } })

  const next = await documents('deleted', `first: 2, after: "${first.pageInfo.endCursor}"`)

  expect(titles(next)).toBe('cd')
  expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
})

test('behind the last row there is an empty page that knows of the rows before it', async () => {
  await collectionOf('end', ['a'])
  const { pageInfo } = await documents('end', 'first: 1')

  const beyond = await documents('end', `after: "${pageInfo.endCursor}"`)

  expect(beyond).toMatchObject({
    edges: [],
    totalCount: 1,
    pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
  })
})

test('a status filter holds for the rows and for their count', async () => {
  const collectionId = await collectionOf('filtered', ['a', 'b', 'c'])
  await db.database.prisma.document.updateMany({
    where: { collectionId, title: 'b' },
    data: { status: 'FAILED' },
  })

  const failed = await documents('filtered', 'status: [FAILED]')
  expect([titles(failed), failed.totalCount]).toEqual(['b', 1])
  expect(titles(await documents('filtered', 'status: [READY, QUEUED]'))).toBe('ac')
  expect(titles(await documents('filtered', 'status: []'))).toBe('')
})

test('rows are counted and looked for on the far side only where that was selected', async () => {
  await collectionOf('lazy', ['a', 'b'])
  const page = await documents('lazy', 'first: 1')
  const source = (selected: string) =>
    `{ collection(name: "lazy") { documents(first: 1, after: "${page.pageInfo.endCursor}") { ${selected} } } }`

  db.statements()
  await run(context, source('edges { cursor } pageInfo { hasNextPage endCursor }'))
  const without = db.statements()
  await run(context, source('edges { cursor } totalCount pageInfo { hasPreviousPage }'))

  expect(db.statements() - without).toBe(2)
})

const uuidCursor = Buffer.from('id:01940000-0000-7000-8000-000000000000').toString('base64url')

test.each([
  ['first: 0', 'first', 100],
  ['first: -1', 'first', 100],
  ['first: 101', 'first', 100],
  ['last: 0', 'last', 100],
  ['last: 101', 'last', 100],
  ['first: 1, last: 1', 'last', undefined],
  ['after: "nonsense"', 'after', undefined],
  ['after: ""', 'after', undefined],
  ['before: "aWQ6MQ=="', 'before', undefined],
  [`after: "${uuidCursor}"`, 'after', undefined],
])('collections(%s) names what is wrong', async (args, field, limit) => {
  const result = await execute(context, `{ collections(${args}) { edges { cursor } } }`)
  expect(refusal(result)).toEqual({ code: 'BAD_USER_INPUT', field, ...(limit && { limit }) })
})

test('a null argument is an absent one', async () => {
  const source = '{ collections(first: null, last: 1, after: null) { edges { cursor } } }'
  expect((await execute(context, source)).errors).toBeUndefined()
})
