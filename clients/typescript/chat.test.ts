import { once } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerText } from './answer-text.ts'
import type { ChatEvent } from './chat-events.ts'
import { createClient } from './client.ts'
import { complete, cutAfter, events, frame, openStream, runLog, tail, wholeRun } from './testing/run-log.ts'
import { failure, json, plain, type Reply, scriptedServer, variablesOf } from './testing/scripted-server.ts'

const question = { question: 'How does a stream survive a disconnect?' }
const quick = { minDelayMs: 1, maxDelayMs: 5 }
const log = runLog(20)

async function chatWith(replies: readonly Reply[], options = {}) {
  await using server = await scriptedServer(replies)
  const seen = await Array.fromAsync(
    createClient({ url: server.url }).chat(question, { ...quick, ...options }),
  )
  return { seen, inputs: server.calls.map((call) => variablesOf(call).input) }
}

test('a run is streamed to its last event', async () => {
  const { seen, inputs } = await chatWith([wholeRun(log)])
  expect(seen).toEqual(log)
  expect(inputs).toHaveLength(1)
})

test('a connection cut in the middle of an event is resumed after the last whole one', async () => {
  const half = Math.floor(frame(log[0] as ChatEvent).length * 1.5)
  const { seen, inputs } = await chatWith([cutAfter(log, half), wholeRun(log)])
  expect(seen).toEqual(log)
  expect(inputs[1]).toEqual({ resume: { runId: 'run-1', afterSeq: 1 } })
})

test('however often and wherever connections are cut, there is no gap and no duplicate', async () => {
  const cuts = fc.array(fc.nat({ max: 900 }), { maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(cuts, async (bytes) => {
      const { seen } = await chatWith([...bytes.map((count) => cutAfter(log, count)), wholeRun(log)])
      expect(seen).toEqual(log)
    }),
    { numRuns: 15 },
  )
})

test('a character that chunks share arrives whole', async () => {
  const byteByByte: Reply = async (call) => {
    openStream(call.response)
    for (const byte of Buffer.concat(tail(log, call).map(frame))) {
      if (!call.response.write(Buffer.of(byte))) await once(call.response, 'drain')
    }
    call.response.end(complete)
  }
  const { seen } = await chatWith([byteByByte])
  expect(seen.reduce(answerText, '')).toContain('überleben 接続が切れても — 🪵')
})

test('until the first event it asks again, with the same requestId', async () => {
  const { seen, inputs } = await chatWith([
    plain(503, 'starting'),
    ({ request }) => void request.socket.destroy(),
    json(503, failure('UNAVAILABLE')),
    cutAfter(log, 10),
    wholeRun(log),
  ])
  expect(seen).toEqual(log)
  expect(inputs).toHaveLength(5)
  expect(new Set(inputs.map((input) => input.ask?.requestId)).size).toBe(1)
  expect(inputs[0]?.ask?.requestId).toMatch(/^[0-9a-f]{32}$/)
})

test('a server that restarts on the same address is found again', async () => {
  const first = await scriptedServer([events(log.slice(0, 5))])
  const port = Number(new URL(first.url).port)
  let second: Awaited<ReturnType<typeof scriptedServer>> | undefined
  const restarted = Promise.withResolvers<void>()
  let attempts = 0
  const seen: ChatEvent[] = []
  const stream = createClient({ url: first.url }).chat(question, {
    ...quick,
    onRetry: async () => {
      // The second failure is a refused connection: nobody listens there until now.
      if (++attempts !== 2) return
      second = await scriptedServer([wholeRun(log)], port)
      restarted.resolve()
    },
  })
  for await (const event of stream) {
    seen.push(event)
    if (event.seq === 5) await first[Symbol.asyncDispose]()
  }
  await restarted.promise
  await second?.[Symbol.asyncDispose]()
  expect(seen).toEqual(log)
})

test('events that come again are dropped', async () => {
  const { seen } = await chatWith([events([...log.slice(0, 3), ...log.slice(1)], complete)])
  expect(seen).toEqual(log)
})

test('a gap is closed by reading again from the last good event', async () => {
  const { seen, inputs } = await chatWith([events([...log.slice(0, 3), ...log.slice(4)]), wholeRun(log)])
  expect(seen).toEqual(log)
  expect(inputs[1]).toEqual({ resume: { runId: 'run-1', afterSeq: 3 } })
})

test('a stream that the server completes before the run has ended is resumed', async () => {
  const { seen } = await chatWith([events(log.slice(0, 4), complete), wholeRun(log)])
  expect(seen).toEqual(log)
})

test('a connection that falls silent is given up and resumed', async () => {
  const { seen, inputs } = await chatWith([events(log.slice(0, 4)), wholeRun(log)], { silenceMs: 100 })
  expect(seen).toEqual(log)
  expect(inputs.length).toBeGreaterThan(1)
})
