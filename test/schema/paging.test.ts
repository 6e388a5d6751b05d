import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidV7 } from '../../src/db/uuid-v7.ts'
import type { Context } from '../../src/resolvers/context.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import { seedWorkspace } from './seed.ts'
import { contextOf, type Data, openTestDatabase, run, type TestDatabase } from './testkit.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A listing that others change: rows by id, in the order in which they were made. */
interface Listing {
  readonly context: Context
  /** Adds one row at the end of time. @returns its id */
  add(): Promise<string>
  remove(id: string): Promise<unknown>
  page(args: string): Promise<Data>
  /** Whether it shows the newest first. */
  readonly newestFirst: boolean
}

async function conversations(name: string): Promise<Listing> {
  const { prisma } = db.database
  const workspaceId = await seedWorkspace(prisma, name)
  const context = contextOf({ workspaceId }, { database: db.database })
  return {
    context,
    newestFirst: true,
    async add() {
      return (await prisma.conversation.create({ data: { id: uuidV7(), workspaceId, title: 't' } })).id
    },
    remove: (id) => prisma.conversation.delete({ where: { id } }),
    page: async (args) => (await run(context, `{ conversations(${args}) ${connection} }`)).conversations,
  }
}

async function runs(name: string): Promise<Listing> {
  const { prisma } = db.database
  const workspaceId = await seedWorkspace(prisma, name)
  const context = contextOf({ workspaceId }, { database: db.database })
  const { id: conversationId } = await prisma.conversation.create({ data: { workspaceId, title: 't' } })
  const data = { workspaceId, conversationId, question: 'q', input: {} }
  const id = encodeGlobalId('Conversation', conversationId)
  return {
    context,
    newestFirst: false,
    add: async () => (await prisma.run.create({ data: { id: uuidV7(), ...data } })).id,
    remove: (each) => prisma.run.delete({ where: { id: each } }),
    page: async (args) =>
      (
        await run(
          context,
          `query ($id: ID!) { node(id: $id) { ... on Conversation { runs(${args}) ${connection} } } }`,
          {
            id,
          },
        )
      ).node.runs,
  }
}
const connection =
  '{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }'

describe.each([
  ['conversations', conversations, 'Conversation'],
  ['runs', runs, 'Run'],
] as const)('%s that are added and deleted between pages', (name, open, type) => {
  test.each([1, 2, 3, 4, 5, 6])('are each seen once, and none that stays is missed (%i)', async (seed) => {
    const random = randomOf(seed)
    const listing = await open(`${name}-${seed}`)
    const all: string[] = []
    for (let count = 0; count < 12; count += 1) all.push(await listing.add())
    const gone = new Set<string>()
    const change = async () => {
      for (let times = random(4); times > 0; times -= 1) {
        const victim = all[random(all.length)] ?? ''
        if (random(2) === 0) all.push(await listing.add())
        else if (!gone.has(victim)) {
          gone.add(victim)
          await listing.remove(victim)
        }
      }
    }
    for (const forward of [true, false]) {
      const began = all.filter((id) => !gone.has(id))
      const seen: string[] = []
      for (let cursor = '', more = true; more; ) {
        const size = 1 + random(4)
        const args = forward
          ? `first: ${size}${cursor && `, after: "${cursor}"`}`
          : `last: ${size}${cursor && `, before: "${cursor}"`}`
        const { edges, pageInfo } = await listing.page(args)
        const ids = edges.map(({ node }: Data) => node.id)
        expect(ids.length).toBeLessThanOrEqual(size)
        // In the direction of the walk, from here on.
        seen.push(...(forward ? ids : ids.toReversed()))
        more = forward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage
        cursor = (forward ? pageInfo.endCursor : pageInfo.startCursor) ?? cursor
        await change()
      }
      const order = new Map(all.map((id, index) => [encodeGlobalId(type, id), index]))
      const places = seen.map((id) => order.get(id) ?? Number.NaN)
      const upwards = forward !== listing.newestFirst
      expect(places).toEqual([...new Set(places)].sort((a, b) => (upwards ? a - b : b - a)))
      const stayed = began.filter((id) => !gone.has(id)).map((id) => encodeGlobalId(type, id))
      expect(seen).toEqual(expect.arrayContaining(stayed))
    }
  })
})
