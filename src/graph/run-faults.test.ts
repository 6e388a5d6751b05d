import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AskRequest, type ChatEvent, ConflictPolicy } from '../runs/runs.ts'
import { type FaultMoment, type FaultyConnections, faultyConnections } from './faulty-connections.fixture.ts'
import { type MortalDatabase, mortal } from './mortal-database.fixture.ts'
import {
  eventsOf,
  forever,
  kinds,
  openWorld,
  pullUntil,
  type Replica,
  textOf,
  type World,
} from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'
const moments = ['before', 'after'] as const

interface Process {
  readonly database: MortalDatabase
  readonly faults: FaultyConnections
  readonly runs: Replica
}

// Embedded there is no connection that could break.
describe.runIf(kinds.some((kind) => kind === 'server'))('a run that is cut off', () => {
  let world: World
  let elsewhere: Replica
  let processes: Process[]
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  const answering = () => scriptedLlm(Array.from({ length: 2_000 }, () => answer))
  const begin = async (count: number) => {
    elsewhere = await world.replica(answering())
    processes = []
    while (processes.length < count) {
      const own = await world.connect()
      const database = mortal(own)
      const faults = faultyConnections(own.pool)
      // It takes nothing up by itself: what is sent is the run's.
      processes.push({
        database,
        faults,
        runs: await world.replica(answering(), { sweepMs: 60_000 }, database),
      })
    }
  }

  /** What is left of the run is one whole: log, answer, evidence and citations. */
  const expectWhole = async (runId: string, seen: readonly ChatEvent[]) => {
    const run = await world.database.prisma.run.findUniqueOrThrow({
      where: { id: runId },
      include: { events: { orderBy: { seq: 'asc' } }, hits: true, citations: true },
    })
    const log = run.events.map(({ seq, type, payload }) => ({ seq, runId, type, ...(payload as object) }))
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
    expect(log.filter(({ type }) => /^Run(?!Started)/.test(type))).toEqual([log.at(-1)])
    expect(run).toMatchObject({ status: 'COMPLETED', answer: { text: answer, grounded: true } })
    expect(textOf(log as ChatEvent[])).toBe(answer)
    expect(seen).toEqual(log)
    expect(run.hits.map(({ rank }) => rank).toSorted()).toEqual([1, 2])
    expect(run.citations).toHaveLength(1)
    expect(run.hits.map(({ chunkId }) => chunkId)).toContain(run.citations[0]?.chunkId)
    const checkpoints = 'SELECT FROM langgraph.checkpoints WHERE thread_id = $1'
    expect((await world.database.pool.query(checkpoints, [runId])).rows).toHaveLength(0)
  }

  type Cut = (
    process: Process,
    which: number | string,
    moment: FaultMoment,
    request: AskRequest,
  ) => Promise<string | null>

  /** Cuts at the first statement, the second, and so on until a run has no more of them. Returns where. */
  const cutEverywhere = async (
    cut: Cut,
    ask: () => Promise<Partial<AskRequest>>,
    statements: readonly string[],
  ) => {
    const cuts: string[] = []
    for (const moment of moments) {
      let next = 0
      let isOver = false
      const work = async (process: Process) => {
        while (!isOver) {
          next += 1
          // Statements that are sent side by side come in any order: those that matter are found by their names, too.
          const which = statements[next - 1] ?? next - statements.length
          const question = `How tall is the tower? ${crypto.randomUUID()}`
          const at = await cut(process, which, moment, world.ask({ question, ...(await ask()) }))
          if (at === null) isOver = true
          else cuts.push(`${moment} ${at}`)
        }
      }
      await Promise.all(processes.map(work))
    }
    return cuts
  }

  /** The connection breaks, and the process goes on. */
  const breakAt: Cut = async ({ faults, runs }, which, moment, request) => {
    faults.arm(which, moment)
    const { id } = await runs.start(world.caller, request, null)
    const seen = await eventsOf(runs, world.caller, id)
    const at = faults.disarm()
    await elsewhere.wait(world.caller, id, forever)
    await explained(`Broken ${moment} statement ${which}, ${at}`, () => expectWhole(id, seen))
    const { question } = request
    expect(await world.database.prisma.run.count({ where: { question } })).toBe(1)
    return at
  }

  /** The process dies there, and its client goes elsewhere. When all is over it wakes up, as one that was frozen. */
  const dieAt: Cut = async ({ database, faults, runs }, which, moment, request) => {
    const died = Promise.withResolvers<null>()
    faults.arm(which, moment, () => {
      database.freeze()
      died.resolve(null)
    })
    const known = { ...request, requestId: crypto.randomUUID() }
    const starting = runs.start(world.caller, known, null)
    starting.catch(() => {})
    const { id } =
      (await Promise.race([starting, died.promise])) ?? (await elsewhere.start(world.caller, known, null))
    const seen = await eventsOf(elsewhere, world.caller, id)
    const at = faults.disarm()
    const check = () => expectWhole(id, seen)
    await explained(`Died ${moment} statement ${which}, ${at}`, check)
    database.thaw()
    expect((await starting).id).toBe(id)
    await eventsOf(runs, world.caller, id)
    await explained(`Woke up from ${moment} statement ${which}, ${at}`, check)
    return at
  }

  /** The connection of who cancels breaks, and who worked on the run is dead. */
  const cancelAt: Cut = async ({ faults, runs }, which, moment, request) => {
    const database = mortal(world.database)
    const llm = scriptedLlm()
    const dying = await world.replica(llm, { leaseMs: 150, renewMs: 40 }, database)
    const { id } = await dying.start(world.caller, request, null)
    const following = dying.follow(world.caller, id, 0, forever)
    ;(await llm.call()).say('The tower is ')
    await pullUntil(following, (event) => event.type === 'AnswerDelta')
    database.freeze()
    const expired = 'SELECT FROM run WHERE id = $1 AND lease_expires_at <= now()'
    while ((await world.database.pool.query(expired, [id])).rows.length === 0);
    faults.arm(which, moment)
    const { status, answer: partial } = await runs.cancel(world.caller, id)
    const at = faults.disarm()
    database.thaw()
    await dying.stop()
    expect([status, partial]).toMatchObject([
      'CANCELLED',
      { text: 'The tower is', finishReason: 'CANCELLED' },
    ])
    const log = await eventsOf(runs, world.caller, id)
    const types = ['RunStarted', 'SourcesRetrieved', 'AnswerDelta', 'RunCancelled']
    expect(log.map(({ type }) => type)).toEqual(types)
    return at
  }

  const opened = async () => ({})
  const followUp = async () => {
    const first = await elsewhere.start(world.caller, world.ask(), null)
    await elsewhere.wait(world.caller, first.id, forever)
    return { conversationId: first.conversationId, onConflict: ConflictPolicy.Interrupt }
  }

  test.each([
    ['a first question', opened, 'run-start.open-conversation'],
    ['a follow-up', followUp, 'run-start.insert-run'],
  ] as const)('by its connection, at any statement of %s, ends once and whole', async (_name, ask, start) => {
    await begin(4)
    const cuts = await cutEverywhere(breakAt, ask, [start, ...named])
    expect(cuts).toEqual(expect.arrayContaining(everywhere([start, ...named])))
  })

  test.each([
    ['a first question', opened, 'run-start.open-conversation'],
    ['a follow-up', followUp, 'run-start.insert-run'],
  ] as const)(
    'by the death of its process, at any statement of %s, ends once and whole',
    async (_name, ask, start) => {
      await begin(8)
      const cuts = await cutEverywhere(dieAt, ask, [start, ...named])
      expect(cuts).toEqual(expect.arrayContaining(everywhere([start, ...named])))
    },
  )

  test('by its death, is cancelled once and whole, wherever the connection of who cancels breaks', async () => {
    // One after the other, and nobody else: whoever is there takes the run over.
    await begin(1)
    await elsewhere.stop()
    const cuts = await cutEverywhere(cancelAt, opened, [])
    expect(cuts).toEqual(
      expect.arrayContaining(['after run-finish.lock-abandoned', 'after run-finish.end', 'after COMMIT']),
    )
  })
})

const named = ['run-hit.record', 'run-checkpoint.put', 'run-event.append', 'run-finish.end']
const everywhere = (names: readonly string[]) =>
  moments.flatMap((moment) => names.map((name) => `${moment} ${name}`))

async function explained(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new Error(what, { cause })
  }
}
