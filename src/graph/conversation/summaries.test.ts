import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deleteDocuments } from '../../ingestion/delete-documents.ts'
import { createIngestionJobs } from '../../jobs/job-queue.ts'
import { openQueue } from '../../jobs/open-queue.ts'
import { forever, kinds, openWorld, type Replica, type World } from '../run-world.fixture.ts'
import { type ScriptedLlm, scriptedLlm } from '../scripted-llm.fixture.ts'
import { createSummaries, type Summaries } from './summaries.ts'

const logger = pino({ level: 'silent' })
const answer = 'The tower is 300 metres tall [1]. '
/** Long enough that three exchanges are not within half of the budget. */
const question = (number: number) => `How tall is tower ${number}? ${'Please tell me. '.repeat(60)}`

describe.each(kinds)('the summary of a conversation on %s', () => {
  let world: World
  /** Answers questions; condensing fails at once, which costs nothing. */
  let answering: ScriptedLlm
  let summing: ScriptedLlm
  let summaries: Summaries
  let runs: Replica
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(async () => {
    await summaries[Symbol.asyncDispose]()
    await world.reset()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  async function open(withinMs?: number) {
    answering = scriptedLlm(Array.from({ length: 60 }, () => answer))
    summing = scriptedLlm()
    const { database } = world
    summaries = createSummaries({ database, llm: summing, logger, ...(withinMs && { withinMs }) })
    runs = await world.replica(answering, {}, database, { summaries })
  }

  async function ask(number: number, conversationId: string | null): Promise<string> {
    const run = await runs.start(
      world.caller,
      world.ask({ question: question(number), conversationId }),
      null,
    )
    expect(await runs.wait(world.caller, run.id, forever)).toMatchObject({ status: 'COMPLETED' })
    return run.conversationId
  }

  /** Asks so often that the next run has more before it than the budget holds. */
  async function talk(count: number): Promise<string> {
    let conversationId: string | null = null
    for (let number = 1; number <= count; number += 1) conversationId = await ask(number, conversationId)
    if (!conversationId) throw new Error('Nothing was asked')
    return conversationId
  }

  const stored = (id: string) => world.database.prisma.conversation.findUniqueOrThrow({ where: { id } })
  const runIds = async (conversationId: string) =>
    (await world.database.prisma.run.findMany({ where: { conversationId }, orderBy: { id: 'asc' } })).map(
      ({ id }) => id,
    )
  /** What the model was shown before its last answer. */
  const shown = () => answering.calls.at(-1)?.request.messages.map(({ content }) => content) ?? []

  test('is made beside the runs, of what will be beyond the budget, and told to those after', async () => {
    await open()
    const conversationId = await talk(4)
    const call = await summing.call()
    expect(call.request.messages.at(-1)?.content).toContain('How tall is tower 1?')
    call.say('They asked how tall\0 towers are.')
    call.end()
    await summaries.idle()
    const ids = await runIds(conversationId)
    const { summary, summaryRunId } = await stored(conversationId)
    expect(summary).toBe('They asked how tall towers are.')
    expect(ids.slice(0, 3)).toContain(summaryRunId)
    for (let number = 5; number <= 8; number += 1) await ask(number, conversationId)
    expect(shown()).toContain('They asked how tall towers are.')
    expect(shown().join()).not.toContain('tower 1?')
    expect(shown().join()).toContain('tower 7?')
    // Each further one takes up where the last one ended, with what it told.
    const next = await summing.call()
    const notes = next.request.messages.at(-1)?.content ?? ''
    expect(notes).toContain('They asked how tall towers are.')
    expect(notes).not.toContain('How tall is tower 1?')
  })

  test('is not waited for: a model that hangs or fails leaves runs as they are without', async () => {
    await open(1)
    const conversationId = await talk(6)
    await summaries.idle()
    expect(await stored(conversationId)).toMatchObject({ summary: null, summaryRunId: null })
    expect(summing.calls.length).toBeGreaterThan(1)
    expect(summing.calls.every(({ signal }) => signal.aborted)).toBe(true)
    expect(shown().join()).not.toContain('Sum up')
  })

  test('of cancelled and failed runs there is nothing in it, nor in the history', async () => {
    await open()
    const conversationId = await talk(1)
    const { prisma } = world.database
    const data = { workspaceId: world.caller.workspaceId, conversationId, input: {} }
    for (const status of ['FAILED', 'CANCELLED'] as const) {
      await prisma.run.create({ data: { ...data, status, question: `${status} question` } })
    }
    for (let number = 2; number <= 5; number += 1) await ask(number, conversationId)
    expect(shown().join()).toContain('tower 1?')
    const { request } = await summing.call()
    const told = [...shown(), ...request.messages.map(({ content }) => content)].join()
    for (const status of ['FAILED', 'CANCELLED']) expect(told).not.toContain(`${status} question`)
  })

  test('goes with the conversation while it is being made', async () => {
    await open()
    const conversationId = await talk(4)
    const call = await summing.call()
    await runs.deleteConversation(world.caller, conversationId)
    call.say('They asked how tall towers are.')
    call.end()
    await summaries.idle()
    expect(await world.database.prisma.conversation.count()).toBe(0)
  })

  test('ends with the process', async () => {
    await open()
    const conversationId = await talk(4)
    const call = await summing.call()
    await summaries[Symbol.asyncDispose]()
    expect(call.signal.aborted).toBe(true)
    expect((await stored(conversationId)).summary).toBeNull()
  })

  // Last: the passages of the world go with it.
  test('is gone with a document that its runs used, also where it was being made', async () => {
    await open()
    const [one, other] = [await talk(4), await talk(4)]
    const before = await summing.call()
    before.say('The tower is 300 metres tall.')
    before.end()
    await world.database.prisma.conversation.update({ where: { id: other }, data: { summary: 'Other' } })
    const during = await summing.call()
    const queue = await openQueue(world.database, { work: false }, logger)
    const jobs = createIngestionJobs(queue)
    const documentId = world.retrievals.chunks[0]?.documentId ?? ''
    await deleteDocuments({ database: world.database, jobs }, world.caller, [documentId])
    during.say('The tower is 300 metres tall.')
    during.end()
    await summaries.idle()
    for (const id of [one, other]) {
      expect(await stored(id)).toMatchObject({ summary: null, summaryRunId: null, summaryVersion: 1 })
    }
    world.retrievals.chunks = world.retrievals.chunks.slice(1)
    await ask(5, one)
    // Nor are its words told again: the questions are all that is left.
    const { request } = await summing.call()
    const told = request.messages.map(({ content }) => content).join()
    expect(told).toContain('How tall is tower 2?')
    expect([told, ...shown().slice(0, -1)].join()).not.toContain('300 metres')
    await queue.stop({ graceful: false, close: false })
  })
})
