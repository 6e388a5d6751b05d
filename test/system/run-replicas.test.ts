import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { chatStream } from '../testkit/app/operations.ts'
import type { Data, Session } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { between, seededRandom } from '../testkit/chaos/random.ts'
import { type FollowOptions, followThrough } from '../testkit/runs/follow-through.ts'
import { questionOf } from '../testkit/runs/logbook.ts'
import { type Replicas, startReplicas } from '../testkit/runs/replicas.ts'
import { runFaults } from '../testkit/runs/run-faults.ts'

// Two servers and a worker in processes of their own, on one PostgreSQL.
const onServer = test.skipIf(databaseKind() === 'embedded')

const resources = new AsyncDisposableStack()
let replicas: Replicas
beforeAll(async () => {
  if (databaseKind() === 'embedded') return
  const { env } = resources.use(await createTestDatabase())
  replicas = resources.use(await startReplicas({ paceMs: 15, databaseUrl: env.DATABASE_URL ?? '' }))
})
afterAll(() => resources.disposeAsync())

let random = seededRandom(0)
let asked = 0
let before = { pieces: 0, searches: 0 }
beforeEach(() => {
  random = seededRandom(20261122)
  const { model, upstream } = replicas ?? {}
  before = { pieces: model?.pieces ?? 0, searches: upstream?.embeddings.requests.length ?? 0 }
})
const nextQuestion = () => questionOf(++asked)
/** Resolves when the model has sent so many pieces since the test began. */
const sent = (pieces: number) => replicas.model.sent(before.pieces + pieces)
const searches = () => replicas.upstream.embeddings.requests.length - before.searches
const ask = (question: string, sessions: () => readonly Session[], more: Partial<FollowOptions> = {}) =>
  followThrough({ ask: { question, requestId: question } }, { sessions, random, ...more })
const faults = (question: string, followers: Data[][]) =>
  runFaults(replicas.observer, replicas.model, { question, followers })

onServer('a run is read from any seq on any replica, while it is written and after', async () => {
  const { a, b, sessions, model } = replicas
  const question = nextQuestion()
  const seen: Data[] = []
  const writing = ask(question, () => [a.session], { onEvent: (event) => seen.push(event) })
  await sent(3)
  const { runId } = seen[0]
  // Each comes after whatever seq somebody has seen, and leaves after a few events.
  const visits = Array.from({ length: 30 }, async (_, visit) => {
    await sent(3 + visit * 3)
    const afterSeq = between(random, 0, seen.length + 1)
    const most = between(random, 1, 12)
    const { session } = visit % 4 === 0 ? a : b
    const stream = session.subscribe(visit % 2 ? 'ws' : 'sse', chatStream, {
      input: { resume: { runId, afterSeq } },
    })
    const events: Data[] = []
    for await (const { data, errors } of stream) {
      expect(errors).toBeUndefined()
      if (events.push(data.chatStream) === most) break
    }
    return { afterSeq, events }
  })
  const roaming = followThrough(
    { resume: { runId, afterSeq: 0 } },
    { sessions: () => sessions, random, most: (draw) => between(draw, 1, 8) },
  )
  const followers = await Promise.all([writing, roaming])
  const [all] = followers
  for (const { afterSeq, events } of await Promise.all(visits)) {
    expect(events).toEqual(all.slice(afterSeq, afterSeq + events.length))
  }
  expect(await faults(question, followers)).toEqual([])
  expect(model.attempts(question)).toHaveLength(1)

  const whole = await replay(a.session, runId, 0)
  for (let afterSeq = 0; afterSeq < all.length; afterSeq += between(random, 1, 9)) {
    const one = await replay(a.session, runId, afterSeq)
    expect(await replay(b.session, runId, afterSeq)).toEqual(one)
    expect(one).toEqual(whole.slice(afterSeq))
  }
})

/** The events of a run that has ended, in the bytes in which they come. */
async function replay({ url }: Session, runId: string, afterSeq: number): Promise<string[]> {
  const variables = { input: { resume: { runId, afterSeq } } }
  const body = JSON.stringify({ query: chatStream, variables })
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const text = await (await fetch(url, { method: 'POST', headers, body })).text()
  return text.split('\n\n').filter((event) => event.startsWith('event: next'))
}

onServer('an answer is written again where its process was killed, from the same evidence', async () => {
  const { a, b, model } = replicas
  const question = nextQuestion()
  let home = a
  const seen: Data[] = []
  const asking = ask(question, () => [home.session], { onEvent: (event) => seen.push(event) })
  await sent(30)
  let resetAt = 0
  const watching = followThrough(
    { resume: { runId: seen[0].runId, afterSeq: 0 } },
    {
      sessions: () => [b.session],
      random,
      onEvent({ __typename }) {
        if (__typename === 'AnswerReset') resetAt = performance.now()
      },
    },
  )
  await sent(60)
  home = b
  const killedAt = performance.now()
  await a.end('SIGKILL')
  const followers = await Promise.all([asking, watching])
  expect(await faults(question, followers)).toEqual([])
  expect(typesOf(followers[1])).toEqual([
    'RunStarted',
    'SourcesRetrieved',
    'AnswerDelta',
    'AnswerReset',
    'AnswerDelta',
    'RunCompleted',
  ])
  expect([searches(), model.attempts(question).length, await takeovers(question)]).toEqual([1, 2, 1])
  process.stdout.write(`from SIGKILL to AnswerReset: ${((resetAt - killedAt) / 1_000).toFixed(1)} s\n`)
  await a.start()
})

onServer('an answer that its killed process had generated is completed without another', async () => {
  const { a, b, model, observer } = replicas
  const question = nextQuestion()
  let home = a
  // The run's end waits for this lock: its process is killed when all else is done.
  const unlock = Promise.withResolvers<void>()
  const locking = observer.see(async (pool) => {
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('LOCK TABLE run_citation IN EXCLUSIVE MODE')
    await unlock.promise
    await client.query('COMMIT')
    client.release()
  })
  const asking = ask(question, () => [home.session])
  try {
    await observer.until(waitsToEnd, { limitMs: 60_000, everyMs: 20, describe: async () => 'no run ends' })
    home = b
    await a.end('SIGKILL')
    // The server would carry the statement out, whoever has sent it.
    await observer.see((pool) =>
      pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${isEnding}`),
    )
  } finally {
    unlock.resolve()
  }
  await locking
  const events = await asking
  expect(await faults(question, [events])).toEqual([])
  expect(typesOf(events)).toEqual(['RunStarted', 'SourcesRetrieved', 'AnswerDelta', 'RunCompleted'])
  expect([searches(), model.attempts(question).length, await takeovers(question)]).toEqual([1, 1, 1])
  await a.start()
})

onServer(
  'the runs of a process that gets SIGTERM go on at the other one, and no follower loses an event',
  async () => {
    const { a, b } = replicas
    let stopping = false
    const questions = Array.from({ length: 20 }, nextQuestion)
    const asking = questions.map((question, index) =>
      ask(question, () => [stopping || index % 2 ? b.session : a.session]),
    )
    await sent(questions.length * 50)
    stopping = true
    expect(await a.end('SIGTERM')).toEqual({ code: 0, signal: null })
    for (const [index, events] of (await Promise.all(asking)).entries()) {
      const question = questions[index] ?? ''
      expect(await faults(question, [events])).toEqual([])
    }
  },
)

/** In order, those that follow each other counted as one. */
function typesOf(events: readonly Data[]): string[] {
  return events.map(({ __typename }) => __typename).filter((type, index, all) => type !== all[index - 1])
}

async function takeovers(question: string): Promise<number> {
  const { rows } = await replicas.observer.see((pool) =>
    pool.query<{ takeovers: number }>('SELECT takeovers FROM run WHERE question = $1', [question]),
  )
  return rows[0]?.takeovers ?? -1
}

/** Of sessions: of those only the first 1,024 bytes of a statement are known. */
const isEnding = `datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%finished_at = now()%'`

async function waitsToEnd(pool: pg.Pool): Promise<true | null> {
  const { rows } = await pool.query(`SELECT FROM pg_stat_activity WHERE ${isEnding}`)
  return rows.length > 0 ? true : null
}
