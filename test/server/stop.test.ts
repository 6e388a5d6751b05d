import { once } from 'node:events'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { bootToy } from './boot-toy.ts'

const socketUrl = (url: string) => `${url.replace('http', 'ws')}/graphql`

test('streams are cut without complete, after their generators were aborted', async () => {
  await using toy = await bootToy()
  const overSocket = createClient({ url: socketUrl(toy.url), webSocketImpl: WebSocket, retryAttempts: 0 })
  const overSse = createSseClient({ url: `${toy.url}/graphql`, retryAttempts: 0 })
  const query = 'subscription { blocked }'
  const streams = [overSocket.iterate({ query }), overSse.iterate({ query })]
  for (const stream of streams) expect((await stream.next()).value).toEqual({ data: { blocked: 1 } })

  const ends = Promise.allSettled(streams.map((stream) => stream.next()))
  await toy.stop(5_000)
  await toy.seen('blocked ended after abort')
  const [socketEnd, sseEnd] = await ends
  // Both clients retry on these: 1001 for graphql-ws, a network error for graphql-sse.
  expect(socketEnd).toMatchObject({ status: 'rejected', reason: { code: 1001 } })
  expect(sseEnd).toMatchObject({ status: 'rejected', reason: { name: 'NetworkError' } })
})

test('requests under way are answered, new ones refused, and then nothing listens', async () => {
  await using toy = await bootToy()
  const socket = new WebSocket(socketUrl(toy.url), 'graphql-transport-ws')
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await once(socket, 'message')
  const messages: unknown[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = once(socket, 'close')
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ waits(as: "socket") }' } }))
  const answer = toy.query('{ waits(as: "post") }')
  await Promise.all([toy.seen('socket started'), toy.seen('post started')])

  const stopped = toy.stop(10_000)
  const ready = await fetch(`${toy.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([503, { ready: false, checks: { database: true } }])
  const refused = await toy.post({ query: '{ hello }' })
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { errors: [{ message: 'The server is stopping.', extensions: { code: 'UNAVAILABLE' } }] },
  ])
  toy.release()
  expect(await answer).toEqual({ data: { waits: 'done' } })
  await stopped
  expect((await closed)[0]).toBe(1001)
  expect(messages).toEqual([
    { id: '1', type: 'next', payload: { data: { waits: 'done' } } },
    { id: '1', type: 'complete' },
  ])
  await expect(fetch(`${toy.url}/health/live`)).rejects.toThrow()
})

test('what does not end by the deadline is cut', async () => {
  await using toy = await bootToy()
  const answer = toy.query('{ waits }')
  await toy.seen('waits started')
  await Promise.all([toy.stop(50), expect(answer).rejects.toThrow(), toy.seen('waits aborted')])
  toy.release()
})
