import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootToy, type Toy } from './boot-toy.ts'
import { next, SocketClients, send } from './socket-clients.ts'

let toy: Toy
let clients: SocketClients
beforeEach(async () => {
  toy = await bootToy({ keys: ['gw_good'] })
  clients = new SocketClients(toy.url)
})
afterEach(async () => {
  clients.terminate()
  await toy[Symbol.asyncDispose]()
})

test('queries, mutations and subscriptions answer as the caller of connectionParams', async () => {
  const client = clients.connect()
  expect(await client.iterate({ query: '{ whoami }' }).next()).toMatchObject({
    value: { data: { whoami: 'gw_good' } },
  })
  const counts = await Array.fromAsync(client.iterate({ query: 'subscription { count(to: 3) }' }))
  expect(counts).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
})

test('the Authorization header of the upgrade is accepted, too', async () => {
  const socket = await clients.acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: '{ whoami }' } })
  expect(await next(socket)).toEqual({ id: '1', type: 'next', payload: { data: { whoami: 'gw_good' } } })
})

test.each(['Bearer gw_bad', ''])('the key %j is answered with 4403', async (authorization) => {
  const failure = clients.connect(authorization).iterate({ query: '{ hello }' }).next()
  await expect(failure).rejects.toMatchObject({ code: 4403, reason: 'Forbidden' })
})

test('a revoked key ends at its next operation, with everything on its socket', async () => {
  const client = clients.connect()
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
  const client = clients.connect()
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
  const socket = await clients.acknowledged()
  send(socket, { id: '1', type: 'subscribe', payload: { query: 'subscription { blocked }' } })
  send(socket, { id: '2', type: 'subscribe', payload: { query: '{ waits }' } })
  await Promise.all([toy.seen('blocked waits'), toy.seen('waits started')])
  socket.terminate()
  await Promise.all([toy.seen('blocked ended after abort'), toy.seen('waits aborted')])
  toy.release()
})

test('an id that is used again does not take the place of the operation before it', async () => {
  const socket = await clients.acknowledged()
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
  const client = clients.connect()
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
