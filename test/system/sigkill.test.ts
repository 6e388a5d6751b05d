import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp } from '../testkit/app/boot-app.ts'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { readStatistics } from '../testkit/app/statistics.ts'
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

const embedding = () => ({
  EMBEDDING_BASE_URL: upstream.baseUrl,
  EMBEDDING_MODEL: 'fake',
  EMBEDDING_DIMENSIONS: '64',
})
const llm = () => ({ LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' })
const portOf = ({ origin }: { origin: string }) => ({ PORT: new URL(origin).port })

test('a process that is killed in the middle of an ingestion goes on with it after a restart', async () => {
  const documents = manyDocuments(40)
  // Request 12 is never answered: some documents are READY by then, one is on its way, the rest waits.
  const gate = createGate()
  for (let request = 1; request < 12; request += 1) upstream.embeddings.enqueue(embed({ dimensions: 64 }))
  upstream.embeddings.enqueue(gated(gate, embed({ dimensions: 64 })))
  const env = { ...database.env, ...embedding() }

  const first = await bootProcess({ env })
  const { ingestions } = await first.client.ingest({ documents })
  const ingestionId = ingestions[0]?.id ?? ''
  await gate.reached
  const half = (await first.client.watchIngestion(ingestionId).next()).value
  expect(half).toMatchObject({ status: 'RUNNING', total: 40 })
  expect(half?.ready).toBeLessThan(40)
  // A follower from before the crash sees the end after it.
  const states = Array.fromAsync(first.client.watchIngestion(ingestionId))
  expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })

  await using second = await bootProcess({ env: { ...env, ...portOf(first) } })
  expect((await states).at(-1)).toMatchObject({ status: 'SUCCEEDED', total: 40, ready: 40 })
  const { collection } = await second.query(
    `{ collection(name: "default") { stats { documents chunks } ready: documents(first: 100, status: [READY]) { totalCount
       edges { node { externalId version } } } } }`,
  )
  expect(collection.ready.totalCount).toBe(40)
  expect((await second.client.ingest({ documents })).ingestions).toEqual([])
  expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })

  const disturbed = await database.use(readStatistics)
  expect(collection.stats).toEqual({ documents: 40, chunks: disturbed.chunks })
  expect(disturbed).toEqual(await undisturbed(documents))
})

/** The same ingestion with nothing in its way. */
async function undisturbed(documents: ReturnType<typeof manyDocuments>) {
  await using other = await createTestDatabase()
  {
    await using app = await bootApp({ database: other, env: embedding() })
    await ingestReady(app, 'default', documents)
  }
  return await other.use(readStatistics)
}

const sentence = 'The ferry crosses the strait at nine and returns at four [1].'
const question = 'When does the ferry cross the strait?'

test('a process that is killed in the middle of an answer goes on with it after a restart', async () => {
  const env = { ...database.env, ...llm() }
  const first = await bootProcess({ env })
  await ingestReady(
    first,
    'default',
    texts({ a: 'The ferry crosses the strait at nine and returns at four.' }),
  )
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 6: gate } }))
  upstream.chat.otherwise(answer(sentence))

  const events: ChatEvent[] = []
  const followed = first.client.chat({ question })
  for await (const event of followed) {
    events.push(event)
    if (event.__typename === 'AnswerDelta') break
  }
  await gate.reached
  expect(events.reduce(answerText, '').length).toBeGreaterThan(0)
  const runId = events[0]?.runId ?? ''
  const afterSeq = events.at(-1)?.seq ?? 0
  // This one is not there when the process dies, the other follows it through.
  const through = Array.fromAsync(first.client.resume({ runId, afterSeq: 0 }))
  await first.end('SIGKILL')

  await using second = await bootProcess({ env: { ...env, ...portOf(first) } })
  const rest = await Array.fromAsync(second.client.resume({ runId, afterSeq }))
  const all = [...events, ...rest]
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  const reset = all.findLastIndex(({ __typename }) => __typename === 'AnswerReset')
  expect(reset).toBeGreaterThan(0)
  const text = all.slice(reset + 1, -1).reduce(answerText, '')
  expect(text).toBe(sentence)
  expect(all.at(-1)).toMatchObject({
    __typename: 'RunCompleted',
    run: { status: 'COMPLETED', answer: { text, grounded: true, citations: [{ verified: true }] } },
  })
  expect(await through).toEqual(all)
  expect(await Array.fromAsync(second.client.resume({ runId }))).toEqual(all)
  expect(upstream.chat.requests).toHaveLength(2)
  expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })
})

test('a process that is killed before the first event is asked again by its requestId, and answers once', async () => {
  const env = { ...database.env, ...llm() }
  const first = await bootProcess({ env })
  await ingestReady(
    first,
    'default',
    texts({ a: 'The ferry crosses the strait at nine and returns at four.' }),
  )
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 0: gate } }))
  upstream.chat.otherwise(answer(sentence))
  const asked = first.client.ask({ question, requestId: 'once' }).catch(({ code }) => code)
  await gate.reached
  await first.end('SIGKILL')
  expect(await asked).toBe('NETWORK')

  await using second = await bootProcess({ env })
  const run = await second.client.ask({ question, requestId: 'once' })
  expect(run).toMatchObject({ status: 'COMPLETED', answer: { text: sentence } })
  const { conversations } = await second.query(
    '{ conversations { edges { node { runs { edges { cursor } } } } } }',
  )
  expect(conversations.edges).toHaveLength(1)
  expect(conversations.edges[0].node.runs.edges).toHaveLength(1)
})
