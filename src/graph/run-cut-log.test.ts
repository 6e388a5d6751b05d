import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BadUserInputError } from '../errors.ts'
import { mostUnflushed } from '../runs/cut-log.ts'
import type { ChatEvent } from '../runs/runs.ts'
import { mortal } from './mortal-database.fixture.ts'
import { eventsOf, forever, kinds, openWorld, pullUntil, textOf, type World } from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'

// Embedded, every commit waits for the disk: nothing that was seen can be lost.
describe.runIf(kinds.some((kind) => kind === 'server'))('a log whose end the database lost', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  /** A run whose process died in the middle of an answer, and whose server lost what followers had seen of it. */
  const cutRun = async () => {
    const dying = scriptedLlm()
    const database = mortal(world.database)
    const a = await world.replica(dying, { coalesceMs: 0 }, database)
    const { id } = await a.start(world.caller, world.ask(), null)
    const following = a.follow(world.caller, id, 0, forever)
    const call = await dying.call()
    const seen: ChatEvent[] = []
    for (const word of ['The ', 'tower ', 'is ', 'three ']) {
      call.say(word)
      seen.push(...(await pullUntil(following, (event) => event.type === 'AnswerDelta')))
    }
    database.freeze()
    const { pool } = world.database
    await pool.query('DELETE FROM run_event WHERE run_id = $1 AND seq > 3', [id])
    // What a crash of the server does to its epoch.
    await pool.query(`UPDATE run SET log_epoch = log_epoch - interval '1 s' WHERE id = $1`, [id])
    return { id, seen, database }
  }
  const contiguous = (events: readonly ChatEvent[]) =>
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))

  test('is withdrawn for those who saw more of it than there is, and goes on after all that they saw', async () => {
    const { id, seen, database } = await cutRun()
    // Takes nothing over: it has only the log to go by.
    const b = await world.replica(null, { sweepMs: 60_000 })
    const resumed = eventsOf(b, world.caller, id, seen.length)
    await world.replica(scriptedLlm([answer]))
    const rest = await resumed
    contiguous([...seen, ...rest])
    // One is enough: it comes after all that anybody can have seen.
    expect(rest.filter(({ type }) => type === 'AnswerReset')).toHaveLength(1)
    expect(await eventsOf(b, world.caller, id, 3)).toEqual([
      ...Array.from({ length: mostUnflushed }, (_, index) => ({
        seq: 4 + index,
        runId: id,
        type: 'AnswerDelta',
        text: '',
      })),
      expect.objectContaining({ seq: 4 + mostUnflushed, type: 'AnswerReset' }),
      ...rest.slice(rest.findIndex(({ type }) => type === 'AnswerReset') + 1),
    ])
    expect(textOf([...seen, ...rest])).toBe(answer)
    expect(rest.at(-1)?.type).toBe('RunCompleted')
    // Also for whoever comes so late that there is something else where they stopped.
    for (const after of seen.map(({ seq }) => seq)) {
      const late = await eventsOf(b, world.caller, id, after)
      contiguous([...seen.slice(0, after), ...late])
      expect(textOf([...seen.slice(0, after), ...late])).toBe(answer)
    }
    database.thaw()
  })

  test('is bridged by whoever cancels it, too', async () => {
    const { id, seen, database } = await cutRun()
    const b = await world.replica(null, { sweepMs: 60_000 })
    expect(await b.cancel(world.caller, id)).toMatchObject({ status: 'CANCELLED', answer: null })
    const rest = await eventsOf(b, world.caller, id, seen.length)
    contiguous([...seen, ...rest])
    expect(rest.at(-1)?.type).toBe('RunCancelled')
    expect(textOf([...seen, ...rest])).toBe('')
    database.thaw()
  })

  test('is nothing to wait for where the server has not crashed', async () => {
    const llm = scriptedLlm()
    const a = await world.replica(llm)
    const b = await world.replica(null)
    const { id } = await a.start(world.caller, world.ask(), null)
    await llm.call()
    await expect(eventsOf(b, world.caller, id, 20)).rejects.toThrow(BadUserInputError)
  })

  test('has lost no more than the bridge is long: every so many events one commit waits for the disk', async () => {
    const llm = scriptedLlm()
    const commits: { events: number; flushed: boolean }[] = []
    const { pool } = world.database
    const recording = {
      connect: () => pool.connect(),
      query(...parameters: Parameters<typeof pool.query>) {
        const query = parameters[0] as { name?: string; values?: unknown[] }
        if (query.name === 'run-event.append') {
          const [runIds, , , , , commit] = query.values as [string[], ...unknown[]]
          commits.push({ events: runIds.length, flushed: commit === null })
        }
        return pool.query(...parameters)
      },
    } as unknown as pg.Pool
    const runs = await world.replica(llm, { coalesceMs: 0 }, { ...world.database, pool: recording })
    const { id } = await runs.start(world.caller, world.ask(), null)
    const following = runs.follow(world.caller, id, 0, forever)
    const call = await llm.call()
    const said = mostUnflushed * 3
    for (let word = 0; word < said; word += 1) {
      call.say('word ')
      await pullUntil(following, (event) => event.type === 'AnswerDelta')
    }
    let unflushed = 0
    for (const { events, flushed } of commits) {
      unflushed = flushed ? 0 : unflushed + events
      expect(unflushed).toBeLessThanOrEqual(mostUnflushed)
    }
    const waited = commits.filter(({ flushed }) => flushed).length
    expect(waited).toBeGreaterThan(1)
    expect(waited).toBeLessThan(commits.length / 8)
  })
})
