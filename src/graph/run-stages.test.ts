import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ChatEvent, ConflictPolicy } from '../runs/runs.ts'
import { type GatedDatabase, gated } from './gated-database.fixture.ts'
import { mortal } from './mortal-database.fixture.ts'
import { forever, kinds, openWorld, type Replica, textOf, type World } from './run-world.fixture.ts'
import { type ScriptedLlm, scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'
const condensed = 'How tall is the tower?'

interface Scene {
  readonly world: World
  readonly database: GatedDatabase
  readonly llm: ScriptedLlm
  /** Resolves when the log holds this text. */
  readonly written: (text: string) => Promise<void>
}

interface Stage {
  readonly name: string
  /** How many calls of the model are answered at once: it condenses, then it answers. */
  readonly answered: number
  /** Resolves when the run is there, with what lets it go on. */
  readonly reach: (scene: Scene) => Promise<() => void>
  /** What has been decided by then is not taken back. */
  readonly isOver?: boolean
}

const statement = (name: string, moment: 'before' | 'after') => {
  return async ({ database }: Scene) => {
    const gate = database.hold(name, moment)
    await gate.reached
    return gate.open
  }
}
const nothing = () => {}

const stages: readonly Stage[] = [
  { name: 'the conversation is read', answered: 1, reach: statement('run-context.history', 'before') },
  {
    name: 'the question is condensed',
    answered: 0,
    reach: async ({ llm }) => {
      await llm.call()
      return nothing
    },
  },
  {
    name: 'passages are looked for',
    answered: 1,
    reach: async ({ world }) => {
      const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      world.retrievals.before = () => {
        reached.resolve()
        return opened.promise
      }
      await reached.promise
      return opened.resolve
    },
  },
  { name: 'evidence is written', answered: 1, reach: statement('run-hit.record', 'before') },
  { name: 'evidence is committed', answered: 1, reach: statement('run-hit.record', 'after') },
  {
    name: 'the model reads',
    answered: 1,
    reach: async ({ llm }) => {
      await llm.call()
      await llm.call()
      return nothing
    },
  },
  {
    name: 'the answer is half written',
    answered: 1,
    reach: async ({ llm, written }) => {
      await llm.call()
      ;(await llm.call()).say('The tower')
      await written('The tower')
      return nothing
    },
  },
  {
    name: 'the last delta is written, and the model has not ended',
    answered: 1,
    reach: async ({ llm, written }) => {
      await llm.call()
      ;(await llm.call()).say(`${answer}.`)
      await written(answer)
      return nothing
    },
  },
  {
    name: 'the last delta is committed',
    answered: 1,
    reach: async ({ llm, database, written }) => {
      await llm.call()
      const call = await llm.call()
      call.say('The tower')
      await written('The tower')
      const gate = database.hold('run-event.append', 'before')
      call.say(' is 300 metres tall [1].')
      call.end()
      await gate.reached
      return gate.open
    },
  },
  {
    name: 'the draft is checkpointed',
    answered: 1,
    reach: async ({ llm, database, written }) => {
      await llm.call()
      const call = await llm.call()
      call.say('The tower')
      await written('The tower')
      const gate = database.hold('run-checkpoint.put', 'after')
      call.say(' is 300 metres tall [1].')
      call.end()
      await gate.reached
      return gate.open
    },
  },
  { name: 'the answer is validated', answered: 2, reach: statement('run-context.texts', 'before') },
  {
    name: 'its end is decided',
    answered: 2,
    reach: statement('run-finish.end', 'before'),
    isOver: true,
  },
  { name: 'its end is written', answered: 2, reach: statement('run-finish.end', 'after'), isOver: true },
]

describe.each(kinds)('a run that is cancelled on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const talk = async (runs: Replica) => {
    const { id, conversationId } = await runs.start(world.caller, world.ask(), null)
    await runs.wait(world.caller, id, forever)
    return conversationId
  }
  const logOf = async (runId: string) => {
    const rows = await world.database.prisma.runEvent.findMany({ where: { runId }, orderBy: { seq: 'asc' } })
    return rows.map(({ seq, type, payload }) => ({ seq, runId, type, ...(payload as object) }) as ChatEvent)
  }
  const writtenTo = async (seen: AsyncGenerator<ChatEvent>, text: string) => {
    let sofar = ''
    while (!sofar.startsWith(text)) {
      const { value, done } = await seen.next()
      if (done) throw new Error(`The log ended after ${sofar}`)
      sofar = textOf([{ type: 'AnswerDelta', text: sofar, seq: 0, runId: '' }, value])
    }
  }
  /** It ended once, and what was written is what is kept. */
  const expectEnd = async (runId: string, status: string) => {
    const log = await logOf(runId)
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
    const last = status === 'CANCELLED' ? 'RunCancelled' : 'RunCompleted'
    expect(log.filter(({ type }) => /^Run(?!Started)/.test(type))).toEqual([
      { seq: log.length, runId, type: last },
    ])
    const run = await world.database.prisma.run.findUniqueOrThrow({
      where: { id: runId },
      include: { hits: true },
    })
    expect(run.status).toBe(status)
    expect((run.answer as { text?: string } | null)?.text ?? '').toBe(textOf(log))
    if (log.some(({ type }) => type === 'SourcesRetrieved')) expect(run.hits).toHaveLength(2)
    return run
  }
  /** Resolves when the request to cancel waits for a lock, or is through. */
  const blocked = async (cancelled: Promise<unknown>) => {
    let isOver = false
    const over = () => {
      isOver = true
    }
    cancelled.then(over, over)
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database()
      AND wait_event_type = 'Lock' AND query LIKE '%cancel_requested_at%'`
    while (!isOver && (await world.database.pool.query(waiting)).rows.length === 0);
  }
  /** Embedded, whoever is held up holds the only connection: nobody else can ask. */
  const askers = kind === 'server' ? (['itself', 'another replica'] as const) : (['itself'] as const)

  describe.each(askers)('by %s while', (asker) => {
    test.each(stages)('$name', async ({ answered, reach, isOver = false }) => {
      const other = await world.replica(scriptedLlm([answer]))
      const conversationId = await talk(other)
      const database = gated(world.database)
      const llm = scriptedLlm([condensed, answer].slice(0, answered))
      const runs = await world.replica(llm, { leaseMs: 60_000, renewMs: 60_000 }, database)
      const told = Promise.withResolvers<void>()
      // Heard after the replica has: it listens longer.
      const news = await world.database.notifications.listen(
        'groundwire_run_cancel',
        () => told.resolve(),
        nothing,
      )
      const { id } = await runs.start(world.caller, world.ask({ conversationId }), null)
      const seen = runs.follow(world.caller, id, 0, forever)
      const written = (text: string) => writtenTo(seen, text)
      const goOn = await reach({ world, database, llm, written })
      const cancelled = (asker === 'itself' ? runs : other).cancel(world.caller, id)
      // Or it waits for a transaction of the run, and hears of the cancellation right after.
      if (asker !== 'itself') await Promise.race([told.promise, blocked(cancelled)])
      goOn()
      const status = isOver ? 'COMPLETED' : 'CANCELLED'
      expect((await cancelled).status).toBe(status)
      const { hits, answer: kept } = await expectEnd(id, status)
      if (kept) expect(hits).toHaveLength(2)
      await news.close()
    })
  })

  test('while it waits for its turn, never begins', async () => {
    const llm = scriptedLlm()
    const runs = await world.replica(llm)
    const first = await runs.start(world.caller, world.ask(), null)
    const call = await llm.call()
    const { conversationId } = first
    const ask = world.ask({ conversationId, onConflict: ConflictPolicy.Enqueue })
    const queued = await runs.start(world.caller, ask, null)
    expect((await runs.cancel(world.caller, queued.id)).status).toBe('CANCELLED')
    call.say(answer)
    call.end()
    await runs.wait(world.caller, first.id, forever)
    expect((await logOf(queued.id)).map(({ type }) => type)).toEqual(['RunStarted', 'RunCancelled'])
    expect(llm.calls).toHaveLength(1)
  })

  test.runIf(kind === 'server')('before who started it knows that it was committed', async () => {
    const database = gated(world.database)
    const llm = scriptedLlm()
    const runs = await world.replica(llm, {}, database)
    const other = await world.replica(scriptedLlm())
    const gate = database.hold('run-start.open-conversation', 'after')
    const starting = runs.start(world.caller, world.ask(), null)
    await gate.reached
    const { id } = await world.database.prisma.run.findFirstOrThrow()
    const cancelled = other.cancel(world.caller, id)
    const asked =
      'SELECT FROM run WHERE id = $1 AND (cancel_requested_at IS NOT NULL OR finished_at IS NOT NULL)'
    while ((await world.database.pool.query(asked, [id])).rows.length === 0);
    gate.open()
    expect((await starting).id).toBe(id)
    expect((await cancelled).status).toBe('CANCELLED')
    await expectEnd(id, 'CANCELLED')
  })

  test('while whoever takes it over reads its log', async () => {
    const dying = mortal(world.database)
    const llm = scriptedLlm()
    const dead = await world.replica(llm, {}, dying)
    const { id } = await dead.start(world.caller, world.ask(), null)
    const seen = dead.follow(world.caller, id, 0, forever)
    ;(await llm.call()).say('The tower is')
    await writtenTo(seen, 'The tower is')
    dying.freeze()
    const database = gated(world.database)
    const gate = database.hold('run-event.read', 'before')
    const next = scriptedLlm()
    const taking = world.replica(next, {}, database)
    await gate.reached
    const other = await world.replica(scriptedLlm(), { sweepMs: 60_000 })
    const cancelled = other.cancel(world.caller, id)
    const asked = 'SELECT FROM run WHERE id = $1 AND cancel_requested_at IS NOT NULL'
    while ((await world.database.pool.query(asked, [id])).rows.length === 0);
    gate.open()
    await taking
    expect((await cancelled).status).toBe('CANCELLED')
    await expectEnd(id, 'CANCELLED')
    dying.thaw()
  })
})
