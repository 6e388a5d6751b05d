import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { answerText } from '../../clients/typescript/answer-text.ts'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

/** Longer than what the kernel keeps for a connection on which nobody reads. */
const piece = 'No passage says more than that. '.repeat(8_000)
const pieces = 64
/** When the slow ones come: enough to fill what the kernel keeps, however long the rest is written. */
const written = 48
const bound = 1024 * 1024
const query = `subscription ($input: ChatStreamInput!) {
  chatStream(input: $input) { __typename seq ... on AnswerDelta { text } }
}`

let upstream: FakeOpenAi
let app: TestApp
/** The server's ends of all connections. */
const sockets: Socket[] = []
const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)

beforeAll(async () => {
  upstream = await startFakeOpenAi()
  subscribe('net.server.socket', onSocket)
  app = await bootApp({ env: { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake-model' } })
  await ingestReady(app, 'default', texts({ a: 'The orchard grows quinces.' }))
})
afterAll(async () => {
  unsubscribe('net.server.socket', onSocket)
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

test('followers that do not read while a run writes megabytes are bounded and dropped, others get all', async () => {
  const gate = createGate()
  const split = () => Array.from({ length: pieces }, () => piece)
  upstream.chat.enqueue(answer(piece.repeat(pieces), { split, gates: { [written]: gate } }))
  const events = app.client.chat({ question: 'What does the orchard grow?' })
  const first = await events.next()
  const { runId } = first.value as { runId: string }
  let text = ''
  await gate.reached
  // The last of what was written may wait for what comes after it.
  while (text.length < (written - 1) * piece.length) {
    text = answerText(text, (await events.next()).value as ChatEvent)
  }
  const input = { resume: { runId, afterSeq: 0 } }
  const before = sockets.length
  const webSocket = await pausedWebSocket(input)
  const sse = await pausedSse(input)
  const slow = sockets.slice(before)
  let waiting = 0
  const watch = setInterval(() => {
    waiting = Math.max(waiting, ...slow.map((socket) => socket.writableLength))
  }, 5)

  gate.open()
  const closed = once(webSocket, 'close')
  const cut = new Promise<Error>((resolve) => sse.once('error', resolve))
  const reading = Array.fromAsync(events)
  await expect.poll(() => dropped('ws'), { timeout: 60_000, interval: 50 }).toBe(1)
  // Before the server's patience with an unanswered close ends: the frame waits behind what was not read.
  webSocket.resume()
  expect((await closed)[0]).toBe(1013)
  await expect.poll(() => dropped('sse'), { timeout: 60_000, interval: 200 }).toBe(1)
  clearInterval(watch)
  expect((await reading).reduce(answerText, text)).toBe(piece.repeat(pieces))
  expect(waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThanOrEqual(bound)
  sse.resume()
  expect((await cut).message).toBe('aborted')
})

/** One socket that follows the run many times: what waits for each adds up. */
async function pausedWebSocket(input: object): Promise<WebSocket> {
  const socket = new WebSocket(`${app.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  for (let id = 1; id <= 20; id++) {
    socket.send(JSON.stringify({ id: `${id}`, type: 'subscribe', payload: { query, variables: { input } } }))
  }
  await once(socket, 'message')
  socket.pause()
  return socket
}

async function pausedSse(input: object): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const call = request(`${app.origin}/graphql`, { method: 'POST', headers, agent: false })
  call.end(JSON.stringify({ query, variables: { input } }))
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return response.pause()
}

async function dropped(transport: 'ws' | 'sse'): Promise<number> {
  const text = await (await fetch(`${app.origin}/metrics`)).text()
  const counts = text.matchAll(
    new RegExp(`^groundwire_dropped_followers_total\\{transport="${transport}"[^}]*\\} (\\d+)$`, 'gm'),
  )
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
