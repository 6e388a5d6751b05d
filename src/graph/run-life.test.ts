import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BadUserInputError, ConflictError, NotFoundError } from '../errors.ts'
import { FailureError } from '../failure.ts'
import { ConflictPolicy } from '../runs/runs.ts'
import { eventsOf, forever, kinds, openWorld, pullUntil, textOf, type World } from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const grounded = 'The tower is 300 metres tall [1]. '
const ungrounded = 'The tower is 999 metres tall [1].'

describe.each(kinds)('a run on %s', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const checkpoints = async () => {
    const { rows } = await world.database.pool.query('SELECT count(*)::int AS n FROM langgraph.checkpoints')
    return rows[0].n as number
  }

  test('logs its events in order, and the deltas are the answer', async () => {
    const runs = await world.replica(scriptedLlm([grounded.repeat(5)]))
    const { id, conversationId } = await runs.start(world.caller, world.ask(), 'a'.repeat(32))
    const run = await runs.wait(world.caller, id, forever)
    expect(run).toMatchObject({ status: 'COMPLETED', traceId: 'a'.repeat(32), retrievalMode: 'LEXICAL' })
    const events = await eventsOf(runs, world.caller, id)
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
    const types = events.map((event) => event.type)
    expect(types.slice(0, 3)).toEqual(['RunStarted', 'SourcesRetrieved', 'AnswerDelta'])
    expect(types.at(-1)).toBe('RunCompleted')
    expect(events[0]).toEqual({ seq: 1, runId: id, type: 'RunStarted', conversationId })
    expect(run.answer).toMatchObject({ text: textOf(events), grounded: true, finishReason: 'STOP' })
    const citations = await world.database.prisma.runCitation.findMany({ where: { runId: id } })
    expect(citations).toMatchObject([{ marker: 1, quote: 'The tower is 300 metres tall.', verified: true }])
    expect(await world.database.prisma.runHit.count({ where: { runId: id } })).toBe(2)
    expect(await checkpoints()).toBe(0)
    expect(await runs.metrics.registry.metrics()).toContain('groundwire_runs_total{outcome="completed"} 1')
  })

  test('resumes after every seq with the same rest, for two followers at once', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { coalesceMs: 0 })
    const { id } = await runs.start(world.caller, world.ask(), null)
    const live = eventsOf(runs, world.caller, id)
    const watching = runs.follow(world.caller, id, 0, forever)
    const call = await llm.call()
    for (const word of grounded.split(' ')) {
      call.say(`${word} `)
      await pullUntil(watching, (event) => event.type === 'AnswerDelta' && event.text.includes(word))
    }
    call.end()
    const all = await live
    expect(all.length).toBeGreaterThan(8)
    for (let seq = 0; seq <= all.length; seq += 1) {
      const [one, two] = await Promise.all([
        eventsOf(runs, world.caller, id, seq),
        eventsOf(runs, world.caller, id, seq),
      ])
      expect(one).toEqual(all.slice(seq))
      expect(two).toEqual(one)
    }
    await expect(eventsOf(runs, world.caller, id, all.length + 1)).rejects.toThrow(BadUserInputError)
    await expect(eventsOf(runs, world.caller, id, -1)).rejects.toThrow(BadUserInputError)
  })

  test('serves a follower that reads slowly, and one on another replica', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { coalesceMs: 0 })
    const elsewhere = await world.replica(scriptedLlm())
    const { id } = await runs.start(world.caller, world.ask(), null)
    const slow = runs.follow(world.caller, id, 0, forever)
    expect((await slow.next()).value).toMatchObject({ seq: 1 })
    const remote = eventsOf(elsewhere, world.caller, id)
    const quick = eventsOf(runs, world.caller, id)
    const call = await llm.call()
    for (const word of grounded.repeat(20).split(/(?<= )/)) call.say(word)
    call.end()
    const all = await quick
    expect(await remote).toEqual(all)
    expect(await pullUntil(slow, (event) => event.type === 'RunCompleted')).toEqual(all.slice(1))
  })

  test('ends a follower at once when its signal aborts', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const { id } = await runs.start(world.caller, world.ask(), null)
    const controller = new AbortController()
    const stream = runs.follow(world.caller, id, 0, controller.signal)
    await pullUntil(stream, (event) => event.type === 'SourcesRetrieved')
    const next = stream.next()
    controller.abort()
    expect(await next).toEqual({ done: true, value: undefined })
  })

  test('is one run for twenty calls at once with its requestId', async () => {
    const llm = scriptedLlm([grounded])
    const replicas = [await world.replica(llm), await world.replica(llm)]
    const started = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        replicas[index % 2]?.start(world.caller, world.ask({ requestId: 'same' }), null),
      ),
    )
    expect(new Set(started.map((run) => run?.id)).size).toBe(1)
    expect(await world.database.prisma.conversation.count()).toBe(1)
    const [first] = started
    await replicas[0]?.wait(world.caller, first?.id ?? '', forever)
    const again = await replicas[1]?.start(world.caller, world.ask({ requestId: 'same' }), null)
    expect(again).toEqual(first)
    const { conversationId = '' } = first ?? {}
    const inside = await Promise.all(
      Array.from({ length: 5 }, () =>
        replicas[0]?.start(world.caller, world.ask({ requestId: 'inside', conversationId }), null),
      ),
    )
    expect(new Set(inside.map((run) => run?.id)).size).toBe(1)
  })

  test('tells its first words and its end at once, however long deltas are collected', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { coalesceMs: 3_600_000 })
    const { id } = await runs.start(world.caller, world.ask(), null)
    const following = runs.follow(world.caller, id, 0, forever)
    const call = await llm.call()
    call.say('The tower ')
    expect(textOf(await pullUntil(following, (event) => event.type === 'AnswerDelta'))).toBe('The tower')
    call.say('is 300 metres tall [1].')
    call.end()
    expect(textOf(await pullUntil(following, (event) => event.type === 'RunCompleted'))).toBe(
      ' is 300 metres tall [1].',
    )
  })

  test('heeds the conflict policy', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const first = await runs.start(world.caller, world.ask(), null)
    const { conversationId } = first
    const call = await llm.call()
    await expect(runs.start(world.caller, world.ask({ conversationId }), null)).rejects.toThrow(ConflictError)
    const enqueue = world.ask({ conversationId, onConflict: ConflictPolicy.Enqueue })
    const queued = await runs.start(world.caller, enqueue, null)
    const last = await runs.start(world.caller, enqueue, null)
    const waiting = await world.database.prisma.run.findMany({ where: { conversationId, status: 'QUEUED' } })
    expect(waiting.map((run) => run.id).sort()).toEqual([queued.id, last.id])
    const following = eventsOf(runs, world.caller, queued.id)
    call.say(grounded)
    call.end()
    const condensing = await llm.call()
    condensing.fail(new FailureError('TIMEOUT', 'Too slow'))
    const second = await llm.call()
    // The conversation so far is told to the model.
    expect(second.request.messages.map((message) => message.role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
    ])
    second.say(grounded)
    second.end()
    expect((await following).at(-1)?.type).toBe('RunCompleted')
    const third = await llm.call()
    const interrupt = world.ask({ conversationId, onConflict: ConflictPolicy.Interrupt })
    const [interrupting] = await Promise.all([runs.start(world.caller, interrupt, null), third.aborted])
    expect(await runs.wait(world.caller, last.id, forever)).toMatchObject({ status: 'CANCELLED' })
    const afterwards = eventsOf(runs, world.caller, interrupting.id)
    ;(await llm.call()).fail(new FailureError('TIMEOUT', 'Too slow'))
    const fourth = await llm.call()
    fourth.say(grounded)
    fourth.end()
    expect((await afterwards).at(-1)?.type).toBe('RunCompleted')
  })

  test('refuses what the workspace does not hold', async () => {
    const runs = await world.replica(null)
    const start = (over: object) => runs.start(world.caller, world.ask(over), null)
    await expect(start({ collection: 'none' })).rejects.toThrow(NotFoundError)
    await expect(start({ conversationId: 'x' })).rejects.toThrow(NotFoundError)
    await expect(start({ conversationId: crypto.randomUUID() })).rejects.toThrow(NotFoundError)
    await expect(start({ question: ' ' })).rejects.toThrow(BadUserInputError)
    await expect(start({ question: 'a\0b' })).rejects.toThrow(BadUserInputError)
    const { id, conversationId } = await start({})
    const stranger = { ...world.caller, workspaceId: crypto.randomUUID() }
    await expect(eventsOf(runs, stranger, id)).rejects.toThrow(NotFoundError)
    await expect(runs.cancel(stranger, id)).rejects.toThrow(NotFoundError)
    await expect(runs.wait(stranger, id, forever)).rejects.toThrow(NotFoundError)
    await expect(runs.deleteConversation(stranger, conversationId)).rejects.toThrow(NotFoundError)
    expect((await runs.wait(world.caller, id, forever)).status).toBe('COMPLETED')
  })

  test('is cancelled from another replica, upstream request included', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const elsewhere = await world.replica(scriptedLlm())
    const { id, conversationId } = await runs.start(world.caller, world.ask(), null)
    const following = eventsOf(elsewhere, world.caller, id)
    const call = await llm.call()
    call.say('The tower')
    await pullUntil(runs.follow(world.caller, id, 0, forever), (event) => event.type === 'AnswerDelta')
    const queued = await runs.start(
      world.caller,
      world.ask({ conversationId, onConflict: ConflictPolicy.Enqueue }),
      null,
    )
    expect((await elsewhere.cancel(world.caller, queued.id)).status).toBe('CANCELLED')
    const [cancelled] = await Promise.all([elsewhere.cancel(world.caller, id), call.aborted])
    expect(cancelled).toMatchObject({
      status: 'CANCELLED',
      answer: { text: 'The tower', grounded: false, finishReason: 'CANCELLED', model: 'scripted' },
    })
    expect(await elsewhere.wait(world.caller, queued.id, forever)).toMatchObject({ answer: null })
    expect((await following).at(-1)?.type).toBe('RunCancelled')
    expect(await elsewhere.cancel(world.caller, id)).toEqual(cancelled)
    expect(await checkpoints()).toBe(0)
  })

  test('is cancelled when nobody has followed it for the grace period', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { graceMs: 3_000 })
    const elsewhere = await world.replica(llm, { graceMs: 3_000 })
    const abandoned = await runs.start(world.caller, world.ask(), null)
    const left = await runs.start(world.caller, world.ask(), null)
    const kept = await runs.start(world.caller, world.ask(), null)
    const following = eventsOf(elsewhere, world.caller, kept.id)
    const leaving = new AbortController()
    const stream = runs.follow(world.caller, left.id, 0, leaving.signal)
    await stream.next()
    const calls = [await llm.call(), await llm.call(), await llm.call()]
    const aborted = calls.map(({ aborted }, index) => aborted.then(() => index))
    await Promise.race(aborted)
    expect((await runs.wait(world.caller, abandoned.id, forever)).status).toBe('CANCELLED')
    leaving.abort()
    await stream.next()
    expect(calls.filter(({ signal }) => signal.aborted)).toHaveLength(1)
    await new Promise((resolve) => {
      for (const { signal } of calls) if (!signal.aborted) signal.addEventListener('abort', resolve)
    })
    expect((await runs.wait(world.caller, left.id, forever)).status).toBe('CANCELLED')
    const open = calls.find(({ signal }) => !signal.aborted)
    open?.say(grounded)
    open?.end()
    expect((await following).at(-1)?.type).toBe('RunCompleted')
  })

  test('withdraws an unsupported answer once, and flags the second', async () => {
    const llm = scriptedLlm([ungrounded, grounded])
    const runs = await world.replica(llm)
    const { id } = await runs.start(world.caller, world.ask(), null)
    const events = await eventsOf(runs, world.caller, id)
    expect(events.map((event) => event.type).filter((type) => type !== 'AnswerDelta')).toEqual([
      'RunStarted',
      'SourcesRetrieved',
      'AnswerReset',
      'RunCompleted',
    ])
    const run = await runs.wait(world.caller, id, forever)
    expect(run.answer).toMatchObject({
      text: textOf(events),
      grounded: true,
      usage: { promptTokens: 20, completionTokens: 10 },
    })
    expect(llm.calls[1]?.request.messages.at(-1)?.content).toContain('rejected')

    const stubborn = await world.replica(scriptedLlm([ungrounded, ungrounded]))
    const second = await stubborn.start(world.caller, world.ask(), null)
    const flagged = await stubborn.wait(world.caller, second.id, forever)
    expect(flagged).toMatchObject({ status: 'COMPLETED', answer: { grounded: false, text: ungrounded } })
  })

  test('keeps its evidence when the model fails', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const { id } = await runs.start(world.caller, world.ask(), null)
    const following = eventsOf(runs, world.caller, id)
    const call = await llm.call()
    call.say('The tow')
    call.fail(new FailureError('TIMEOUT', 'The model took too long', { retryable: true }))
    const failure = { code: 'TIMEOUT', message: 'The model took too long', retryable: true }
    expect((await following).at(-1)).toMatchObject({ type: 'RunFailed', failure })
    expect(await runs.wait(world.caller, id, forever)).toMatchObject({ status: 'FAILED', failure })
    expect(await world.database.prisma.runHit.count({ where: { runId: id } })).toBe(2)

    const masked = await runs.start(world.caller, world.ask(), null)
    ;(await llm.call()).fail(new TypeError('secret'))
    const failed = await runs.wait(world.caller, masked.id, forever)
    expect(failed.failure).toMatchObject({ code: 'INTERNAL' })
    expect(JSON.stringify(failed.failure)).not.toContain('secret')
  })

  test('answers nothing without evidence, and asks no model', async () => {
    const llm = scriptedLlm()
    world.retrievals.chunks = []
    const runs = await world.replica(llm)
    const { id } = await runs.start(world.caller, world.ask(), null)
    const run = await runs.wait(world.caller, id, forever)
    expect(run.answer).toMatchObject({ finishReason: 'NO_EVIDENCE', grounded: true, usage: null })
    expect(textOf(await eventsOf(runs, world.caller, id))).toBe((run.answer as { text: string }).text)
    expect(llm.calls).toHaveLength(0)
  })

  test('extracts where there is no model, and cites word for word', async () => {
    const runs = await world.replica(null)
    const { id } = await runs.start(world.caller, world.ask(), null)
    const run = await runs.wait(world.caller, id, forever)
    const text = textOf(await eventsOf(runs, world.caller, id))
    expect(run.answer).toMatchObject({ text, model: 'extractive', grounded: true, finishReason: 'STOP' })
    expect(text).toContain('The tower is 300 metres tall. [1]')
    const unrelated = await runs.start(world.caller, world.ask({ question: 'Who paints owls?' }), null)
    const nothing = await runs.wait(world.caller, unrelated.id, forever)
    expect(nothing.answer).toMatchObject({ finishReason: 'NO_EVIDENCE' })
  })

  test('goes with its conversation, in the middle of its work', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const { id, conversationId } = await runs.start(world.caller, world.ask(), null)
    const following = eventsOf(runs, world.caller, id)
    const call = await llm.call()
    const [deleted] = await Promise.all([runs.deleteConversation(world.caller, conversationId), call.aborted])
    expect(deleted).toBe(conversationId)
    expect((await following).at(-1)?.type).toBe('RunCancelled')
    for (const table of ['conversation', 'run', 'run_event', 'run_hit', 'langgraph.checkpoints']) {
      const { rows } = await world.database.pool.query(`SELECT FROM ${table}`)
      expect(rows, table).toHaveLength(0)
    }
    await expect(runs.deleteConversation(world.caller, conversationId)).rejects.toThrow(NotFoundError)
  })
})
