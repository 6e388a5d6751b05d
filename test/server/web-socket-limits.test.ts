import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'
import { closeCode, next, SocketClients, send } from './socket-clients.ts'

let toy: Toy
let clients: SocketClients
beforeEach(async () => {
  toy = await bootToy({
    keys: ['gw_good'],
    limits: {
      messageBytes: 4096,
      operationsPerSocket: 3,
      bufferedBytes: 256 * 1024,
      stalledMs: 400,
      keepAliveMs: 60_000,
    },
  })
  clients = new SocketClients(toy.url)
})
afterEach(async () => {
  clients.terminate()
  await toy[Symbol.asyncDispose]()
})

test('more operations at a time than allowed are refused one by one', async () => {
  const client = clients.connect()
  for (let i = 0; i < 3; i++) await client.iterate({ query: 'subscription { blocked }' }).next()
  const fourth = client.iterate({ query: '{ hello }' }).next()
  await expect(fourth).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', limit: 3 } }])
})

test('a client that never introduces itself is closed with 4408', async () => {
  await using impatient = await bootToy({ limits: { connectionInitMs: 50 } })
  expect(await closeCode(await new SocketClients(impatient.url).raw())).toBe(4408)
})

test('an operation before the introduction is closed with 4401', async () => {
  const socket = await clients.raw()
  send(socket, { id: '1', type: 'subscribe', payload: { query: '{ hello }' } })
  expect(await closeCode(socket)).toBe(4401)
})

test('a message over the limit is closed with 1009', async () => {
  const socket = await clients.acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: `{ hello }${' '.repeat(5000)}` } })
  expect(await closeCode(socket)).toBe(1009)
})

test('a follower that does not read is dropped with 1013 and its generator ended', async () => {
  const socket = await clients.acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { flood }' } })
  await next(socket)
  socket.pause()
  await toy.seen('flood ended')
  // The close frame waits behind what the follower has not read.
  const closed = closeCode(socket)
  socket.resume()
  expect(await closed).toBe(1013)
  const dropped = { transport: 'ws', reason: 'stalled' }
  expect(await toy.value('groundwire_dropped_followers_total', dropped)).toBe(1)
})

test('a key that has as many sockets as it may is closed with 1013, until one has gone', async () => {
  await using capped = await bootToy({
    keys: ['gw_good', 'gw_other'],
    limits: { socketsPerKey: 1 },
    socketKey: (caller) => caller,
  })
  const sockets = new SocketClients(capped.url)
  const first = await sockets.acknowledged()
  const refused = sockets.connect().iterate({ query: '{ hello }' }).next()
  await expect(refused).rejects.toMatchObject({ code: 1013, reason: 'Too many connections with this key' })
  expect(await capped.value('groundwire_refused_sockets_total', { transport: 'ws' })).toBe(1)
  await sockets.connect('Bearer gw_other').iterate({ query: '{ hello }' }).next()
  // Told to retry, graphql-ws's own client gets in as soon as there is room.
  const retryWait = async () => first.close()
  const patient = sockets.connect('Bearer gw_good', { retryAttempts: 1_000, retryWait })
  expect(await patient.iterate({ query: '{ hello }' }).next()).toMatchObject({ done: false })
  sockets.terminate()
})

test('a client that sends pings and reads no answers is dropped, not buffered for', async () => {
  const socket = await clients.acknowledged()
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
