import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { buildSchema, type GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultLimits } from '../../src/server/server-options.ts'
import { bootToy } from './boot-toy.ts'

const bound = defaultLimits.bufferedBytes
/** As long as a delta can be. */
const piece = 'x'.repeat(8_192)
/** More than what the kernel takes for a connection on which nobody reads, and then more than the bound. */
const enough = 64 * 1024 * 1024

/** A stream that is never at a loss for its next message, and what became of it. */
class Source {
  produced = 0
  readonly ended = Promise.withResolvers<void>()
  readonly schema = buildSchema('type Query { hello: String } type Subscription { flood: String! }')

  constructor() {
    const fields = (this.schema.getType('Subscription') as GraphQLObjectType).getFields()
    Object.assign(fields.flood ?? {}, { subscribe: () => this.#flood() })
  }

  async *#flood() {
    try {
      while (this.produced < enough) {
        this.produced += piece.length
        yield { flood: piece }
      }
    } finally {
      this.ended.resolve()
    }
  }
}

/** The server's ends of the connections of one test. */
let sockets: Socket[] = []
const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
beforeAll(() => subscribe('net.server.socket', onSocket))
afterAll(() => void unsubscribe('net.server.socket', onSocket))
beforeEach(() => {
  sockets = []
})

async function follow(url: string): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const call = request(`${url}/graphql`, { method: 'POST', headers, agent: false })
  call.end(JSON.stringify({ query: 'subscription { flood }' }))
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  // Cut in the end, which is no failure of the test.
  response.on('error', () => undefined)
  return response.pause()
}

/** What the process holds of it: produced and not yet taken by the kernel. */
function held({ produced }: Source): number {
  const [socket] = sockets
  if (!socket) throw new Error('There is no connection')
  return produced - (socket.bytesWritten - socket.writableLength)
}

test('of a stream that nobody reads at most 1 MiB is made before it is dropped', async () => {
  const source = new Source()
  await using toy = await bootToy({ schema: source.schema, limits: { stalledMs: 400 } })
  const response = await follow(toy.url)
  await source.ended.promise
  expect(source.produced).toBeLessThan(enough)
  expect(held(source)).toBeLessThanOrEqual(bound)
  const dropped = { transport: 'sse', reason: 'stalled' }
  expect(await toy.value('groundwire_dropped_followers_total', dropped)).toBe(1)
  response.destroy()
})

test('a follower that reads just enough not to be dropped holds no more than that either', async () => {
  const source = new Source()
  await using toy = await bootToy({ schema: source.schema })
  const response = await follow(toy.url)
  let most = 0
  for (let read = 0; read < 200; read++) {
    if (response.read() === null) await once(response, 'readable')
    // Time for the stream to run ahead of it.
    for (let turn = 0; turn < 50; turn++) await setImmediate()
    most = Math.max(most, held(source))
  }
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(bound)
  response.destroy()
  await source.ended.promise
})
