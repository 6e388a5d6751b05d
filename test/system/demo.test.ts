import { afterEach, beforeEach, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import { bootProcess, startProcess } from '../testkit/app/boot-process.ts'
import { runCommand } from '../testkit/app/run-command.ts'
import { readStatistics } from '../testkit/app/statistics.ts'
import { createTestDatabase, type TestDatabase } from '../testkit/app/test-database.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'
import { gated } from '../testkit/upstream/gated.ts'

let database: TestDatabase
let upstream: FakeOpenAi
beforeEach(async () => {
  upstream = await startFakeOpenAi()
  database = await createTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await upstream.close()
})

test('the demo ingests the docs, finds passages, streams a cited answer and ends', async () => {
  const { code, stdout, stderr } = await runCommand(['demo', '--once'], { ...database.env, PORT: '0' })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/Ingest.*Retrieve.*Ask.*\[1\].*GraphiQL +http.*Health +http.*Metrics +http/s)
})

test('the demo, killed in its ingestion and again in its answer, ends with every document READY once and its run complete', async () => {
  const models = { EMBEDDING_BASE_URL: upstream.baseUrl, EMBEDDING_MODEL: 'fake', EMBEDDING_DIMENSIONS: '64' }
  const env = { ...database.env, ...models, LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' }
  const demo = { env, args: ['demo'] }
  const ingesting = createGate()
  upstream.embeddings.enqueue(embed({ dimensions: 64 }), gated(ingesting, embed({ dimensions: 64 })))
  const first = startProcess(demo)
  await ingesting.reached
  await first.end('SIGKILL')

  const answering = createGate()
  upstream.chat.enqueue(answer('Clients resume with the last seq [1].', { gates: { 3: answering } }))
  const second = startProcess(demo)
  await answering.reached
  await second.end('SIGKILL')

  await using third = await bootProcess({ env })
  const { conversations } = await third.query(
    '{ conversations { edges { node { runs { edges { node { id } } } } } } }',
  )
  const runId = conversations.edges[0].node.runs.edges[0].node.id
  const events = await Array.fromAsync(third.client.resume({ runId }))
  const last = events.at(-1)
  expect(last).toMatchObject({ __typename: 'RunCompleted', run: { status: 'COMPLETED' } })
  expect(events.slice(0, -1).reduce(answerText, '')).toBe(answerText('', last as NonNullable<typeof last>))
  const unfinished = `{ collection(name: "groundwire-docs") { all: documents { totalCount }
    ready: documents(status: [READY]) { totalCount } } }`
  await expect
    .poll(
      async () => {
        const { all, ready } = (await third.query(unfinished)).collection
        return all.totalCount - ready.totalCount
      },
      { timeout: 60_000 },
    )
    .toBe(0)
  expect(await third.end('SIGTERM')).toEqual({ code: 0, signal: null })
  const { documents, chunks } = await database.use(readStatistics)
  expect(documents.length).toBeGreaterThan(2)
  for (const document of documents) expect(document).toMatchObject({ status: 'READY', version: 1 })
  expect(chunks).toBe(documents.reduce((sum, document) => sum + document.chunks, 0))
})
