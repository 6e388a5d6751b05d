import { once } from 'node:events'
import { type Client, createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { bootToy, type Toy } from './boot-toy.ts'

let toy: Toy
const open = new Set<{ terminate(): void }>()
beforeEach(async () => {
  toy = await bootToy({
    keys: ['gw_good'],
    limits: {
      messageBytes: 4096,
      connectionInitMs: 50,
      operationsPerSocket: 3,
      bufferedBytes: 256 * 1024,
      stalledMs: 400,
      keepAliveMs: 60_000,
    },
  })
})
afterEach(async () => {
  for (const socket of open) socket.terminate()
  open.clear()
  await toy[Symbol.asyncDispose]()
})

const url = () => `${toy.url.replace('http', 'ws')}/graphql`
const connect = (authorization = 'Bearer gw_good', options = {}): Client => {
  const client = createClient({
    url: url(),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    ...options,
  })
  open.add({ terminate: () => client.terminate() })
  return client
}
/** A socket below the client library, for what a well-behaved client never does. */
const raw = async (headers: Record<string, string> = {}) => {
  const socket = new WebSocket(url(), 'graphql-transport-ws', { headers })
  open.add(socket)
  await once(socket, 'open')
  return socket
}
const send = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message))
const next = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]))
const closeCode = async (socket: WebSocket) => (await once(socket, 'close'))[0]
const acknowledged = async (headers = { authorization: 'Bearer gw_good' }) => {
  const socket = await raw(headers)
  send(socket, { type: 'connection_init' })
  expect(await next(socket)).toEqual({ type: 'connection_ack' })
  return socket
}

test('queries, mutations and subscriptions answer as the caller of connectionParams', async () => {
  const client = connect()
  expect(await client.iterate({ query: '{ whoami }' }).next()).toMatchObject({
    value: { data: { whoami: 'gw_good' } },
  })
  const counts = await Array.fromAsync(client.iterate({ query: 'subscription { count(to: 3) }' }))
  expect(counts).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
})

test('the Authorization header of the upgrade is accepted, too', async () => {
  const socket = await acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: '{ whoami }' } })
  expect(await next(socket)).toEqual({ id: '1', type: 'next', payload: { data: { whoami: 'gw_good' } } })
})

test.each(['Bearer gw_bad', ''])('the key %j is answered with 4403', async (authorization) => {
  const failure = connect(authorization).iterate({ query: '{ hello }' }).next()
  await expect(failure).rejects.toMatchObject({ code: 4403, reason: 'Forbidden' })
})

test('a revoked key ends at its next operation, with everything on its socket', async () => {
  const client = connect()
  const blocked = client.iterate({ query: 'subscription { blocked }' })
  await blocked.next()
  toy.keys.clear()
  const running = blocked.next()
  const another = client.iterate({ query: '{ hello }' }).next()
  await expect(another).rejects.toMatchObject({ code: 4403 })
  await expect(running).rejects.toMatchObject({ code: 4403 })
  await toy.seen('blocked ended after abort')
})

test('complete aborts the operation, then ends the generator that is blocked in await', async () => {
  const client = connect()
  const blocked = client.iterate({ query: 'subscription { blocked }' })
  await blocked.next()
  await toy.seen('blocked waits')
  expect(await toy.value('groundwire_active_streams', { transport: 'ws' })).toBe(1)
  await blocked.return?.()
  await toy.seen('blocked ended after abort')
  expect(await client.iterate({ query: '{ hello }' }).next()).toMatchObject({ done: false })
  expect(await toy.value('groundwire_active_streams', { transport: 'ws' })).toBe(0)
})

test('a vanished client aborts streams and queries alike', async () => {
  const socket = await acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { blocked }' } })
  send(socket, { id: '2', type: 'subscribe', payload: { query: '{ waits }' } })
  await Promise.all([toy.seen('blocked waits'), toy.seen('waits started')])
  socket.terminate()
  await Promise.all([toy.seen('blocked ended after abort'), toy.seen('waits aborted')])
  toy.release()
})

test('an id that is used again does not take the place of the operation before it', async () => {
  const socket = await acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: '{ waits }' } })
  await toy.seen('waits started')
  send(socket, { id: '1', type: 'complete' })
  await toy.seen('waits aborted')
  send(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { blocked }' } })
  await toy.seen('blocked waits')
  toy.release()
  socket.close()
  await toy.seen('blocked ended after abort')
})

test('errors are masked, refused subscriptions typed', async () => {
  const client = connect()
  const refused = client.iterate({ query: 'subscription { refused }' })
  expect((await refused.next()).value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  const breaks = client.iterate({ query: 'subscription { breaks }' })
  expect((await breaks.next()).value).toEqual({ data: { breaks: 1 } })
  await expect(breaks.next()).rejects.toMatchObject([
    {
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', id: expect.any(String) },
    },
  ])
  expect(await toy.value('groundwire_masked_errors_total', {})).toBe(1)
  const invalid = client.iterate({ query: 'query A { hello } query B { hello }' })
  await expect(invalid.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test('more operations at a time than allowed are refused one by one', async () => {
  const client = connect()
  for (let i = 0; i < 3; i++) await client.iterate({ query: 'subscription { blocked }' }).next()
  const fourth = client.iterate({ query: '{ hello }' }).next()
  await expect(fourth).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', limit: 3 } }])
})

test('a client that never introduces itself is closed with 4408', async () => {
  expect(await closeCode(await raw())).toBe(4408)
})

test('an operation before the introduction is closed with 4401', async () => {
  const socket = await raw()
  send(socket, { id: '1', type: 'subscribe', payload: { query: '{ hello }' } })
  expect(await closeCode(socket)).toBe(4401)
})

test('a message over the limit is closed with 1009', async () => {
  const socket = await acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: `{ hello }${' '.repeat(5000)}` } })
  expect(await closeCode(socket)).toBe(1009)
})

test('a follower that does not read is dropped with 1013 and its generator ended', async () => {
  const socket = await acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { flood }' } })
  await next(socket)
  socket.pause()
  await toy.seen('flood ended')
  // The close frame waits behind what the follower has not read.
  const closed = closeCode(socket)
  socket.resume()
  expect(await closed).toBe(1013)
})

test('a client that sends pings and reads no answers is dropped, not buffered for', async () => {
  const socket = await acknowledged()
  const closed = closeCode(socket)
  // Cut while it still writes, it may see a reset before the close frame.
  socket.on('error', () => undefined)
  socket.pause()
  const ping = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(3000) } })
  const dropped = Promise.withResolvers<void>()
  const pump = (error?: Error | null) => {
    if (error) return dropped.resolve()
    for (let i = 0; i < 100; i++) socket.send(ping)
    // The next batch when the kernel took this one, which it does for as long as the server reads.
    socket.send(ping, (failure) => setImmediate(pump, failure))
  }
  pump()
  await dropped.promise
  socket.resume()
  expect([1006, 1013]).toContain(await closed)
})
