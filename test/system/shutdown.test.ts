import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { chatStream } from '../testkit/app/operations.ts'
import { createTestDatabase, type TestDatabase } from '../testkit/app/test-database.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'
import { gated } from '../testkit/upstream/gated.ts'

let upstream: FakeOpenAi
let database: TestDatabase
beforeEach(async () => {
  upstream = await startFakeOpenAi()
  database = await createTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await upstream.close()
})

const sentence = 'The observatory opens its dome at midnight [1].'
const question = 'When does the observatory open its dome?'
const environment = () => ({
  ...database.env,
  LLM_BASE_URL: upstream.baseUrl,
  LLM_MODEL: 'fake',
  EMBEDDING_BASE_URL: upstream.baseUrl,
  EMBEDDING_MODEL: 'fake',
  EMBEDDING_DIMENSIONS: '64',
})

test('SIGTERM amid streams and jobs exits 0; what was under way is done after the restart', async () => {
  const env = environment()
  const first = await bootProcess({ env })
  await ingestReady(first, 'default', texts({ a: 'The observatory opens its dome at midnight.' }))
  const speaking = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 4: speaking } }))
  upstream.chat.otherwise(answer(sentence))
  const working = createGate()
  upstream.embeddings.enqueue(embed({ dimensions: 64 }), gated(working, embed({ dimensions: 64 })))

  const events: ChatEvent[] = []
  const retries: string[] = []
  const onRetry = ({ code }: { code: string }) => void retries.push(code)
  const answered = (async () => {
    for await (const event of first.client.chat({ question }, { onRetry })) events.push(event)
  })()
  await speaking.reached
  const { ingestions } = await first.client.ingest({ documents: manyDocuments(10) })
  const states = Array.fromAsync(first.client.watchIngestion(ingestions[0]?.id ?? ''))
  await working.reached
  const socket = first.subscribe('ws', chatStream, { input: { resume: { runId: events[0]?.runId } } })
  await socket.next()
  const rest = Array.fromAsync(socket).then(
    () => 'completed',
    ({ code }) => code,
  )
  expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null })
  // Going Away: graphql-ws clients connect again on it.
  expect(await rest).toBe(1001)

  await using second = await bootProcess({ env: { ...env, PORT: new URL(first.origin).port } })
  await answered
  expect(retries.length).toBeGreaterThan(0)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(events.at(-1)).toMatchObject({ __typename: 'RunCompleted', run: { answer: { text: sentence } } })
  expect(events.slice(0, -1).reduce(answerText, '')).toBe(sentence)
  expect((await states).at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 10 })
  const { collection } = await second.query(
    '{ collection(name: "default") { documents(first: 100) { edges { node { status version } } } } }',
  )
  expect(collection.documents.edges).toHaveLength(11)
  for (const { node } of collection.documents.edges) expect(node).toEqual({ status: 'READY', version: 1 })
})

test('a second SIGTERM ends the process at once', async () => {
  const running = await bootProcess({ env: environment() })
  await ingestReady(running, 'default', texts({ a: 'The observatory opens its dome at midnight.' }))
  upstream.chat.enqueue(answer(sentence, { gates: { 2: createGate() } }))
  const request = running.send(
    'mutation { askQuestion(input: { question: "When does the dome open?" }) { id } }',
  )
  const failed = request.then(
    ({ errors }) => errors?.[0]?.extensions.code ?? 'answered',
    () => 'cut off',
  )
  await upstream.chat.received(1)
  running.signal('SIGTERM')
  // Until it is not ready any more: then it has heard the first.
  await expect
    .poll(async () => (await fetch(`${running.origin}/health/ready`).catch(() => null))?.status)
    .not.toBe(200)
  running.signal('SIGTERM')
  expect(await running.exited).toEqual({ code: 143, signal: null })
  expect(['cut off', 'UNAVAILABLE']).toContain(await failed)
})

test('readiness tells the truth: 200 while it serves', async () => {
  await using running = await bootProcess({ env: environment() })
  const ready = await fetch(`${running.origin}/health/ready`)
  expect(ready.status).toBe(200)
  expect((await fetch(`${running.origin}/health/live`)).status).toBe(200)
  const metrics = await (await fetch(`${running.origin}/metrics`)).text()
  expect(metrics).toContain('groundwire_')
})
