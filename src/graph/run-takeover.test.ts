import { emptyCheckpoint } from '@langchain/langgraph'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCheckpointer } from '../db/migrate.ts'
import { transaction } from '../db/transaction.ts'
import { LeaseLostError } from '../runs/lease.ts'
import type { RunLog } from '../runs/run-work.ts'
import type { ChatEvent } from '../runs/runs.ts'
import { mortal } from './mortal-database.fixture.ts'
import { createRunCheckpoints } from './run-checkpoints.ts'
import { eventsOf, forever, kinds, openWorld, pullUntil, textOf, type World } from './run-world.fixture.ts'
import { type ScriptedLlm, scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'

describe.each(kinds)('a run whose process dies on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const types = (events: readonly ChatEvent[]) =>
    events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1])
  /** A process of its own, which freeze() kills as far as anybody else can see. */
  const process = async (llm: ScriptedLlm) => {
    const database = mortal(world.database)
    return { database, runs: await world.replica(llm, {}, database) }
  }
  const finished = async (runId: string) => {
    const run = await world.database.prisma.run.findUniqueOrThrow({ where: { id: runId } })
    const rows = await world.database.prisma.runEvent.findMany({ where: { runId }, orderBy: { seq: 'asc' } })
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1))
    const events = rows.map(
      ({ seq, type, payload }) => ({ seq, runId, type, ...(payload as object) }) as ChatEvent,
    )
    expect(run).toMatchObject({ status: 'COMPLETED', answer: { text: textOf(events), grounded: true } })
    const left = await world.database.pool.query('SELECT FROM langgraph.checkpoints WHERE thread_id = $1', [
      runId,
    ])
    expect(left.rows).toHaveLength(0)
    return events
  }

  test('in the middle of generation, is written afresh and evidence is not looked for again', async () => {
    const dying = scriptedLlm()
    const a = await process(dying)
    const b = await world.replica(scriptedLlm([answer]))
    const { id } = await a.runs.start(world.caller, world.ask(), null)
    const remote = b.follow(world.caller, id, 0, forever)
    const call = await dying.call()
    call.say('The tower is three ')
    const seen = await pullUntil(remote, (event) => event.type === 'AnswerDelta')
    a.database.freeze()
    const rest = await pullUntil(remote, (event) => event.type === 'RunCompleted')
    const events = await finished(id)
    expect([...seen, ...rest]).toEqual(events)
    expect(types(events)).toEqual([
      'RunStarted',
      'SourcesRetrieved',
      'AnswerDelta',
      'AnswerReset',
      'AnswerDelta',
      'RunCompleted',
    ])
    expect(world.retrievals.count).toBe(1)
    // The dead process wakes up in the middle of its answer, and can write none of it.
    call.say('hundred metres tall [1].')
    call.end()
    a.database.thaw()
    await call.aborted
    expect(await finished(id)).toEqual(events)
  })

  test('before generation, is answered once', async () => {
    const dying = scriptedLlm()
    const a = await process(dying)
    const waking = Promise.withResolvers<void>()
    const retrieving = Promise.withResolvers<void>()
    world.retrievals.before = () => {
      retrieving.resolve()
      return waking.promise
    }
    const { id } = await a.runs.start(world.caller, world.ask(), null)
    await retrieving.promise
    a.database.freeze()
    delete world.retrievals.before
    const b = await world.replica(scriptedLlm([answer]))
    const events = await eventsOf(b, world.caller, id)
    expect(types(events)).toEqual(['RunStarted', 'SourcesRetrieved', 'AnswerDelta', 'RunCompleted'])
    waking.resolve()
    a.database.thaw()
    await a.runs.stop()
    // Whatever the other one still did when it woke up, nothing of it is in the log.
    expect(await finished(id)).toEqual(events)
  })

  test('after generation, is completed without asking the model again', async () => {
    const dying = scriptedLlm()
    const a = await process(dying)
    const { id } = await a.runs.start(world.caller, world.ask(), null)
    const following = a.runs.follow(world.caller, id, 0, forever)
    const call = await dying.call()
    call.say('The tower is ')
    await pullUntil(following, (event) => event.type === 'AnswerDelta')
    a.database.freeze(/^run-event\.append$/)
    call.say('300 metres tall [1].')
    call.end()
    await checkpointed(id, '"text":"The tower is 300 metres tall [1]."')
    a.database.freeze()
    const next = scriptedLlm()
    const b = await world.replica(next)
    await b.wait(world.caller, id, forever)
    expect(types(await finished(id))).not.toContain('AnswerReset')
    expect(next.calls).toHaveLength(0)
    expect(world.retrievals.count).toBe(1)
  })

  test('goes on elsewhere at once when its process stops', async () => {
    const stopping = scriptedLlm()
    const a = await world.replica(stopping)
    const { id } = await a.start(world.caller, world.ask(), null)
    const following = eventsOf(a, world.caller, id)
    const call = await stopping.call()
    call.say('The tower ')
    await Promise.all([a.stop(), call.aborted])
    expect(types(await following)).not.toContain('RunCancelled')
    const b = await world.replica(scriptedLlm([answer]), { leaseMs: 60_000 })
    await b.wait(world.caller, id, forever)
    await finished(id)
    const run = await world.database.prisma.run.findUniqueOrThrow({ where: { id } })
    expect(run.takeovers).toBe(0)
  })

  test('is given up when it takes its process along every time', async () => {
    const dying = scriptedLlm()
    let runId = ''
    for (let death = 0; death <= 5; death += 1) {
      const { database, runs } = await process(dying)
      if (!runId) runId = (await runs.start(world.caller, world.ask(), null)).id
      await dying.call()
      database.freeze()
    }
    const b = await world.replica(dying)
    const run = await b.wait(world.caller, runId, forever)
    expect(run).toMatchObject({ status: 'FAILED', failure: { code: 'INTERRUPTED', retryable: true } })
    expect(dying.calls).toHaveLength(6)
  })

  test.runIf(kind === 'server')(
    'is read where nobody knows yet that another process has gone on',
    async () => {
      const slow = scriptedLlm()
      const a = await world.replica(slow, { leaseMs: 500, renewMs: 4_000 })
      const { id } = await a.start(world.caller, world.ask(), null)
      const call = await slow.call()
      call.say('The tower ')
      const b = await world.replica(scriptedLlm([answer]), { leaseMs: 500, sweepMs: 50 })
      const events = await eventsOf(b, world.caller, id)
      expect(events.at(-1)?.type).toBe('RunCompleted')
      expect(await eventsOf(a, world.caller, id, events.length - 1)).toEqual(events.slice(-1))
    },
  )

  test('is cancelled by whoever asks for it', async () => {
    const dying = scriptedLlm()
    const a = await process(dying)
    const { id } = await a.runs.start(world.caller, world.ask(), null)
    await dying.call()
    a.database.freeze()
    const b = await world.replica(scriptedLlm(), { sweepMs: 60_000 })
    expect((await b.cancel(world.caller, id)).status).toBe('CANCELLED')
  })

  test('cannot checkpoint any more', async () => {
    const lease = { runId: crypto.randomUUID(), token: crypto.randomUUID() }
    const log = { hasSources: true } as RunLog
    const news = { run: false, conversation: false }
    const { pool } = world.database
    const work = { lease, log, news }
    const saver = createRunCheckpoints(createCheckpointer(pool), pool, work, forever)
    const config = { configurable: { thread_id: lease.runId, checkpoint_ns: '' } }
    const metadata = { source: 'loop' as const, step: 1, parents: {} }
    await expect(saver.put(config, emptyCheckpoint(), metadata, {})).rejects.toThrow(LeaseLostError)
    expect(await saver.getTuple(config)).toBeUndefined()
  })

  test.runIf(kind === 'server')('survives cut connections and a lost end of its log', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { leaseMs: 30_000 })
    const { id } = await runs.start(world.caller, world.ask(), null)
    const following = runs.follow(world.caller, id, 0, forever)
    const call = await llm.call()
    call.say('The tower ')
    const seen = await pullUntil(following, (event) => event.type === 'AnswerDelta')
    // What a crash of the server does to commits that were not waited for, and to connections.
    await world.database.pool.query('DELETE FROM run_event WHERE run_id = $1 AND seq > 1', [id])
    await world.database.pool
      .query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()')
      .catch(() => {})
    call.say('is 300 metres tall [1].')
    call.end()
    const rest = await pullUntil(following, (event) => event.type === 'RunCompleted')
    expect([...seen, ...rest]).toEqual(await finished(id))
    expect(llm.calls).toHaveLength(1)
  })

  test.runIf(kind === 'server')('is refused an append that a takeover overtakes', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm, { renewMs: 60_000, leaseMs: 60_000 })
    const { id } = await runs.start(world.caller, world.ask(), null)
    const following = runs.follow(world.caller, id, 0, forever)
    await pullUntil(following, (event) => event.type === 'SourcesRetrieved')
    const call = await llm.call()
    const { pool } = world.database
    await transaction(pool, async (client) => {
      await client.query('UPDATE run SET lease_owner = gen_random_uuid() WHERE id = $1', [id])
      call.say('The tower ')
      const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO run_event%'`
      while ((await pool.query(blocked)).rows.length === 0);
    })
    await call.aborted
    expect(await world.database.prisma.runEvent.count({ where: { runId: id } })).toBe(2)
  })

  /** Resolves when a draft that holds this was checkpointed, looking after each of the database's answers. */
  async function checkpointed(runId: string, draft: string): Promise<void> {
    for (;;) {
      const { rows } = await world.database.pool.query(
        `SELECT FROM langgraph.checkpoint_blobs
         WHERE thread_id = $1 AND channel = 'draft' AND convert_from(blob, 'UTF8') LIKE $2`,
        [runId, `%${draft}%`],
      )
      if (rows.length > 0) return
    }
  }
})
