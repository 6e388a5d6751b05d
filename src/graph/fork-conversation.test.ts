import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Scope } from '../access/caller.ts'
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts'
import { deleteDocuments } from '../ingestion/delete-documents.ts'
import { createIngestionJobs } from '../jobs/job-queue.ts'
import { openQueue } from '../jobs/open-queue.ts'
import type { ChatEvent } from '../runs/runs.ts'
import { eventsOf, forever, kinds, openWorld, type Replica, type World } from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const logger = pino({ level: 'silent' })

const grounded = 'The tower is 300 metres tall [1]. '
const elsewhere = { workspaceId: '01900000-0000-7000-8000-00000000000f', scopes: [Scope.Read, Scope.Write] }
const nobodys = '01900000-0000-7000-8000-0000000000ff'

describe.each(kinds)('a fork on %s', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const runsOf = (conversationId: string) =>
    world.database.prisma.run.findMany({
      where: { conversationId },
      orderBy: { id: 'asc' },
      include: { hits: { orderBy: { rank: 'asc' } }, citations: { orderBy: { ordinal: 'asc' } } },
    })

  /** A conversation of three answered questions. */
  async function talk(runs: Replica): Promise<string> {
    const first = await runs.start(world.caller, world.ask({ requestId: 'first' }), 'a'.repeat(32))
    await runs.wait(world.caller, first.id, forever)
    const { conversationId } = first
    for (const question of ['How tall is the tower in metres?', 'Which tower is 300 metres tall?']) {
      const next = await runs.start(world.caller, world.ask({ conversationId, question }), null)
      await runs.wait(world.caller, next.id, forever)
    }
    return conversationId
  }

  test('is one for each requestId, however often it is asked for and whatever has become of the other', async () => {
    const runs = await world.replica(null)
    const elsewhere = await world.replica(null)
    const conversationId = await talk(runs)
    const upToRunId = (await runsOf(conversationId))[1]?.id ?? ''
    const fork = { conversationId, upToRunId, title: 'Again', requestId: 'fork' }
    const forks = await Promise.all(
      [runs, elsewhere, runs, elsewhere].map((replica) => replica.forkConversation(world.caller, fork)),
    )
    expect(new Set(forks.map(({ id }) => id)).size).toBe(1)
    await runs.deleteConversation(world.caller, conversationId)
    expect(await runs.forkConversation(world.caller, fork)).toEqual(forks[0])
    expect(await world.database.prisma.conversation.count()).toBe(1)
  })

  test('reads back as what it was made from, and replays it from every seq', async () => {
    const runs = await world.replica(null)
    const conversationId = await talk(runs)
    const origins = await runsOf(conversationId)
    const upToRunId = origins[1]?.id ?? ''

    const fork = await runs.forkConversation(world.caller, {
      conversationId,
      upToRunId,
      title: null,
      requestId: null,
    })

    expect(fork).toMatchObject({ title: 'How tall is the tower?', workspaceId: world.caller.workspaceId })
    const copies = await runsOf(fork.id)
    expect(copies).toHaveLength(2)
    for (const [index, copy] of copies.entries()) {
      const { id, hits, citations, ...origin } = origins[index] as (typeof origins)[number]
      expect(copy).toEqual({
        ...origin,
        id: copy.id,
        conversationId: fork.id,
        requestId: null,
        hits: hits.map((hit) => ({ ...hit, runId: copy.id })),
        citations: citations.map((citation) => ({ ...citation, runId: copy.id })),
      })
      expect(copy.citations).not.toHaveLength(0)
      const told = (await eventsOf(runs, world.caller, id)).map(
        (event): ChatEvent => ({
          ...event,
          runId: copy.id,
          ...(event.type === 'RunStarted' && { conversationId: fork.id }),
        }),
      )
      for (let seq = 0; seq <= told.length; seq += 1) {
        expect(await eventsOf(runs, world.caller, copy.id, seq)).toEqual(told.slice(seq))
      }
    }
    // The requestId is still the first run's.
    const again = await runs.start(world.caller, world.ask({ requestId: 'first' }), null)
    expect(again.id).toBe(origins[0]?.id)
  })

  test('goes on by itself, and stays when the other conversation is deleted', async () => {
    const runs = await world.replica(null)
    const conversationId = await talk(runs)
    const upToRunId = (await runsOf(conversationId))[0]?.id ?? ''
    const fork = await runs.forkConversation(world.caller, {
      conversationId,
      upToRunId,
      title: 'Other way',
      requestId: null,
    })
    await runs.deleteConversation(world.caller, conversationId)
    const next = await runs.start(world.caller, world.ask({ conversationId: fork.id }), null)
    expect(await runs.wait(world.caller, next.id, forever)).toMatchObject({ status: 'COMPLETED' })
    expect(await runsOf(fork.id)).toMatchObject([{ hits: [{}, {}] }, { id: next.id, hits: [{}, {}] }])
    expect(fork.title).toBe('Other way')
  })

  test('has its runs, and those asked in it, in their order where another clock was ahead', async () => {
    const runs = await world.replica(null)
    const first = await runs.start(world.caller, world.ask(), null)
    const { conversationId } = await runs.wait(world.caller, first.id, forever)
    const ahead = '0fffffff-ffff-7000-8000-000000000000'
    const data = { workspaceId: world.caller.workspaceId, conversationId, input: {} }
    await world.database.prisma.run.create({
      data: { ...data, id: ahead, question: 'Ahead?', status: 'CANCELLED' },
    })
    const next = await runs.start(world.caller, world.ask({ conversationId }), null)
    expect(next.id > ahead).toBe(true)
    await runs.wait(world.caller, next.id, forever)
    const fork = await runs.forkConversation(world.caller, {
      conversationId,
      upToRunId: next.id,
      title: null,
      requestId: null,
    })
    const last = await runs.start(world.caller, world.ask({ conversationId: fork.id }), null)
    const copies = await runsOf(fork.id)
    const { question } = world.ask()
    expect(copies.map((run) => run.question)).toEqual([question, 'Ahead?', question, question])
    expect(copies.at(-1)?.id).toBe(last.id)
  })

  test('takes ended runs only', async () => {
    const llm = scriptedLlm([grounded])
    const runs = await world.replica(llm)
    const first = await runs.start(world.caller, world.ask(), null)
    const { conversationId } = await runs.wait(world.caller, first.id, forever)
    const active = await runs.start(world.caller, world.ask({ conversationId }), null)
    const queued = world.ask({ conversationId, onConflict: 'ENQUEUE' })
    const cancelled = await runs.start(world.caller, queued, null)
    await runs.cancel(world.caller, cancelled.id)
    const upTo = (upToRunId: string) =>
      runs.forkConversation(world.caller, { conversationId, upToRunId, title: null, requestId: null })
    await expect(upTo(active.id)).rejects.toThrow(ConflictError)
    const fork = await upTo(cancelled.id)
    expect((await runsOf(fork.id)).map((run) => run.status)).toEqual(['COMPLETED', 'CANCELLED'])
    // What is at work in the other one is not in the way.
    const own = await runs.start(world.caller, world.ask({ conversationId: fork.id }), null)
    expect((await runsOf(fork.id)).find((run) => run.id === own.id)?.status).toBe('RUNNING')
  })

  test('is of a run of that conversation, in the own workspace, with the right to ask', async () => {
    const runs = await world.replica(null)
    const conversationId = await talk(runs)
    const other = await runs.start(world.caller, world.ask(), null)
    await runs.wait(world.caller, other.id, forever)
    const upToRunId = (await runsOf(conversationId))[0]?.id ?? ''
    const fork = { conversationId, upToRunId, title: null, requestId: null }
    const before = await world.database.prisma.conversation.count()
    for (const wrong of [{ upToRunId: other.id }, { upToRunId: nobodys }, { conversationId: nobodys }]) {
      await expect(
        runs.forkConversation(world.caller, { ...fork, ...wrong, requestId: null }),
      ).rejects.toThrow(NotFoundError)
    }
    await expect(runs.forkConversation(elsewhere, fork)).rejects.toThrow(NotFoundError)
    await expect(runs.renameConversation(elsewhere, conversationId, 'Mine')).rejects.toThrow(NotFoundError)
    const nothing = { ...world.caller, scopes: [] }
    await expect(runs.forkConversation(nothing, fork)).rejects.toThrow(ForbiddenError)
    await expect(runs.renameConversation(nothing, conversationId, 'Mine')).rejects.toThrow(ForbiddenError)
    expect(await world.database.prisma.conversation.count()).toBe(before)
    const reader = { ...world.caller, scopes: [Scope.Read] }
    await expect(runs.forkConversation(reader, fork)).resolves.toBeTruthy()
    const renamed = await runs.renameConversation(reader, conversationId, 'Heights')
    expect(renamed).toMatchObject({ id: conversationId, title: 'Heights' })
  })

  // Last: the passages of the world go with it.
  test('loses the quotes of a deleted document as the other conversation does', async () => {
    const runs = await world.replica(null)
    const conversationId = await talk(runs)
    const upToRunId = (await runsOf(conversationId))[0]?.id ?? ''
    const forking = () =>
      runs.forkConversation(world.caller, { conversationId, upToRunId, title: null, requestId: null })
    const before = await forking()
    const queue = await openQueue(world.database, { work: false }, logger)
    const jobs = createIngestionJobs(queue)
    const documentId = world.retrievals.chunks[0]?.documentId ?? ''
    // Whoever is first, no copy keeps what the other one loses.
    const [during] = await Promise.all([
      forking(),
      deleteDocuments({ database: world.database, jobs }, world.caller, [documentId]),
    ])
    for (const id of [conversationId, before.id, during.id]) {
      const [run] = await runsOf(id)
      expect(run?.hits).toHaveLength(1)
      expect(run?.citations.map(({ quote, chunkId, verified }) => ({ quote, chunkId, verified }))).toEqual([
        { quote: null, chunkId: null, verified: false },
      ])
    }
    await queue.stop({ graceful: false, close: false })
  })
})
