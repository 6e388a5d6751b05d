import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ConflictPolicy } from '../runs/runs.ts'
import { gated } from './gated-database.fixture.ts'
import { mortal } from './mortal-database.fixture.ts'
import { forever, kinds, openWorld, type World } from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'
const enqueue = { onConflict: ConflictPolicy.Enqueue }

describe.each(kinds)('runs and their leases on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const runOf = (id: string) => world.database.prisma.run.findUniqueOrThrow({ where: { id } })
  /** Resolves when the lease is prolonged beyond what it is now by the length of one. */
  const renewed = async (pool: pg.Pool, id: string) => {
    const look = async (since: Date | null) => {
      const { rows } = await pool.query<{ until: Date; far: boolean }>(
        `SELECT lease_expires_at AS until, lease_expires_at > $2::timestamptz + interval '400 ms' AS far
         FROM run WHERE id = $1`,
        [id, since],
      )
      return rows[0]
    }
    const since = (await look(null))?.until ?? null
    while (!(await look(since))?.far);
  }

  describe.runIf(kind === 'server')('under load', () => {
    test('are renewed and cancelled while every connection of the pool is held', async () => {
      const llm = scriptedLlm()
      const busy = await world.connect()
      const a = await world.replica(llm, {}, busy)
      const b = await world.replica(scriptedLlm())
      const kept = await a.start(world.caller, world.ask(), null)
      const keptCall = await llm.call()
      const stopped = await a.start(world.caller, world.ask(), null)
      const stoppedCall = await llm.call()
      const own = await a.start(world.caller, world.ask(), null)
      const ownCall = await llm.call()
      const held = await Promise.all(Array.from({ length: 10 }, () => busy.pool.connect()))
      await renewed(world.database.pool, kept.id)
      const cancelled = [b.cancel(world.caller, stopped.id), a.cancel(world.caller, own.id)]
      await Promise.all([stoppedCall.aborted, ownCall.aborted])
      for (const client of held) client.release()
      expect((await Promise.all(cancelled)).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED'])
      keptCall.say(answer)
      keptCall.end()
      expect(await b.wait(world.caller, kept.id, forever)).toMatchObject({
        status: 'COMPLETED',
        takeovers: 0,
      })
    })

    test('are renewed where a frozen transaction has locked one of them', async () => {
      const llm = scriptedLlm()
      const runs = await world.replica(llm)
      const [locked, free] = [
        await runs.start(world.caller, world.ask(), null),
        await runs.start(world.caller, world.ask(), null),
      ]
      const calls = [await llm.call(), await llm.call()]
      const { pool } = world.database
      const frozen = await pool.connect()
      await frozen.query('BEGIN')
      await frozen.query('SELECT FROM run WHERE id = $1 FOR UPDATE', [locked.id])
      await renewed(pool, free.id)
      await frozen.query('ROLLBACK')
      frozen.release()
      await renewed(pool, locked.id)
      expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, false])
    })
  })

  test.runIf(kind === 'server')(
    'are renewed from when they are taken over, however long that takes',
    async () => {
      const dying = mortal(world.database)
      const dead = await world.replica(scriptedLlm(), {}, dying)
      const { id } = await dead.start(world.caller, world.ask(), null)
      dying.freeze()
      const slow = gated(world.database)
      const gate = slow.hold('run-event.read', 'before')
      const starting = world.replica(scriptedLlm([answer]), {}, slow)
      await gate.reached
      await renewed(world.database.pool, id)
      gate.open()
      await starting
      const b = await world.replica(null)
      expect(await b.wait(world.caller, id, forever)).toMatchObject({ status: 'COMPLETED', takeovers: 1 })
      dying.thaw()
    },
  )

  test('are left to processes that could not renew them, by one that starts after an outage', async () => {
    const llm = scriptedLlm()
    const database = mortal(world.database)
    const a = await world.replica(llm, {}, database)
    const { id } = await a.start(world.caller, world.ask(), null)
    const call = await llm.call()
    database.freeze()
    const expired = 'SELECT FROM run WHERE id = $1 AND lease_expires_at <= now()'
    while ((await world.database.pool.query(expired, [id])).rows.length === 0);
    const b = await world.replica(scriptedLlm([answer]), { leaseMs: 60_000 })
    database.thaw()
    call.say(answer)
    call.end()
    expect(await b.wait(world.caller, id, forever)).toMatchObject({ status: 'COMPLETED', takeovers: 0 })
    expect(llm.calls).toHaveLength(1)
  })

  test('are cancelled while they wait for their turn, where nobody follows them', async () => {
    const llm = scriptedLlm()
    const a = await world.replica(llm, { graceMs: 500 })
    const b = await world.replica(llm, { graceMs: 500 })
    const first = await a.start(world.caller, world.ask(), null)
    const { conversationId } = first
    const following = a.wait(world.caller, first.id, forever)
    const call = await llm.call()
    const ask = world.ask({ conversationId, ...enqueue })
    const left = await a.start(world.caller, ask, null)
    const kept = await a.start(world.caller, ask, null)
    const waiting = b.wait(world.caller, kept.id, forever)
    const ended = Promise.withResolvers<void>()
    const news = await world.database.notifications.listen(
      'groundwire_run',
      (payload) => payload.includes(left.id) && ended.resolve(),
      () => {},
    )
    await ended.promise
    await news.close()
    expect(await runOf(left.id)).toMatchObject({ status: 'CANCELLED', answer: null })
    expect([(await runOf(first.id)).status, (await runOf(kept.id)).status]).toEqual(['RUNNING', 'QUEUED'])
    call.say(answer)
    call.end()
    expect((await following).status).toBe('COMPLETED')
    ;(await llm.call()).fail(new Error('Not condensed'))
    const next = await llm.call()
    next.say(answer)
    next.end()
    expect((await waiting).status).toBe('COMPLETED')
  })
})
