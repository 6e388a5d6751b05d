import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { chatStream } from '../testkit/app/operations.ts'
import type { Data, Result, Transport } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { type CuttingProxy, startCuttingProxy } from '../testkit/runs/cutting-proxy.ts'
import { questionOf } from '../testkit/runs/logbook.ts'
import { type Replicas, startReplicas } from '../testkit/runs/replicas.ts'
import { runFaults } from '../testkit/runs/run-faults.ts'

// Clients that know nothing of Groundwire: when their connection breaks they subscribe again, with the same request.
const onServer = test.skipIf(databaseKind() === 'embedded')

const resources = new AsyncDisposableStack()
let replicas: Replicas
let proxy: CuttingProxy
beforeAll(async () => {
  if (databaseKind() === 'embedded') return
  const { env } = resources.use(await createTestDatabase())
  replicas = resources.use(await startReplicas({ paceMs: 15, databaseUrl: env.DATABASE_URL ?? '' }))
  proxy = resources.use(await startCuttingProxy([replicas.a.origin, replicas.b.origin]))
})
afterAll(() => resources.disposeAsync())

const retryAttempts = 1_000
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 20))

/** All results of one subscription, whose client connects as often as it has to. */
const clients: Record<Transport, (input: object) => AsyncIterable<Result>> = {
  ws: (input) =>
    createSocketClient({
      url: `${proxy.origin.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts,
      retryWait: soon,
      // By default it gives up where a connection cannot be made at all.
      shouldRetry: () => true,
    }).iterate({ query: chatStream, variables: { input } }) as AsyncIterable<Result>,
  sse: (input) =>
    createSseClient({ url: `${proxy.origin}/graphql`, retryAttempts, retry: soon }).iterate({
      query: chatStream,
      variables: { input },
    }) as AsyncIterable<Result>,
}

onServer.for([
  ['ws', 1],
  ['sse', 2],
] as const)(
  "graphql-%s's own client, cut off again and again, gets one generation by its requestId",
  async ([transport, number]) => {
    const { model, observer } = replicas
    const question = questionOf(number)
    const before = proxy.connections
    const input = { ask: { question, requestId: `request-${number}` } }
    const events: Data[] = []
    let returns = 0
    for await (const { data, errors } of clients[transport](input)) {
      expect(errors).toBeUndefined()
      const event = data.chatStream
      // Each connection replays the run from its start: what was seen before is known by its seq.
      if (event.seq === 1) returns += 1
      if (event.seq <= events.length) {
        expect(event).toEqual(events[event.seq - 1])
        continue
      }
      expect(event.seq).toBe(events.length + 1)
      events.push(event)
      // Often: on a busy machine one event holds many words.
      if (events.length % 5 === 0) proxy.cut()
    }
    expect(proxy.connections - before).toBeGreaterThan(3)
    expect(returns).toBeGreaterThan(3)
    expect(await runFaults(observer, model, { question, followers: [events] })).toEqual([])
    expect(model.attempts(question)).toHaveLength(1)
  },
)

onServer.for([
  ['ws', 3],
  ['sse', 4],
] as const)(
  "graphql-%s's own client, cut off before the first event reaches it, starts one run",
  async ([transport, number]) => {
    const { model, observer } = replicas
    const question = questionOf(number)
    const input = { ask: { question, requestId: `request-${number}` } }
    const events: Data[] = []
    const reading = (async () => {
      for await (const { data, errors } of clients[transport](input)) {
        expect(errors).toBeUndefined()
        if (data.chatStream.seq > events.length) events.push(data.chatStream)
      }
    })()
    // The run is there; whether its first event has arrived is left to chance.
    await observer.until(isStarted(question), { limitMs: 30_000, everyMs: 1, describe: async () => 'no run' })
    proxy.cut()
    await reading
    expect(await runFaults(observer, model, { question, followers: [events] })).toEqual([])
    expect(model.attempts(question)).toHaveLength(1)
  },
)

function isStarted(question: string) {
  return async (pool: pg.Pool): Promise<true | null> => {
    const { rows } = await pool.query('SELECT FROM run WHERE question = $1', [question])
    return rows.length > 0 ? true : null
  }
}
