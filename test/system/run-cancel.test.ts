import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { chatStream } from '../testkit/app/operations.ts'
import type { Data } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind, type TestDatabase } from '../testkit/app/test-database.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

const sentence = 'The kiln burns oak at noon [1]. It cools until the evening [1].'
const question = 'What does the kiln burn at noon?'

let upstream: FakeOpenAi
let database: TestDatabase
let app: TestApp
/** Another replica; embedded, the same. */
let other: TestApp
const resources = new AsyncDisposableStack()
beforeAll(async () => {
  upstream = resources.use(await startFakeOpenAi())
  database = resources.use(await createTestDatabase())
  const env = { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake', RUN_GRACE_SECONDS: '5' } // The shortest that can be configured.
  app = resources.use(await bootApp({ database, env }))
  other = databaseKind() === 'embedded' ? app : resources.use(await bootApp({ database, env }))
  await ingestReady(app, 'default', texts({ a: 'The kiln burns oak at noon. It cools until the evening.' }))
})
afterAll(() => resources.disposeAsync())

/** The next generation stops in the middle of the second sentence. */
const nextGeneration = async () => {
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 9: gate } }))
  const request = upstream.chat.received(upstream.chat.requests.length + 1)
  return { gate, closed: request.then(({ closedByClient }) => closedByClient) }
}
const untilWritten = async (events: AsyncIterator<ChatEvent>) => {
  let seen = ''
  for (;;) {
    const { value, done } = await events.next()
    if (done) throw new Error('It ended')
    if (value.__typename === 'AnswerDelta') seen += value.text
    if (seen.endsWith(' cools')) return value.runId
  }
}
const cancelRun = `mutation ($runId: ID!) { cancelRun(input: { runId: $runId }) { status answer {
  text grounded finishReason citations { marker verified quote } } } }`
const partial = {
  text: 'The kiln burns oak at noon [1]. It cools',
  grounded: false,
  finishReason: 'CANCELLED',
  citations: [{ marker: 1, verified: true, quote: 'The kiln burns oak at noon.' }],
}

test('a run is cancelled through another replica, upstream request included, and what was written stays', async () => {
  const { closed } = await nextGeneration()
  const events = app.client.chat({ question })
  const runId = await untilWritten(events)
  const began = performance.now()
  const closing = closed.then(() => performance.now() - began)
  const answers: Data[] = await Promise.all([
    other.query(cancelRun, { runId }),
    app.query(cancelRun, { runId }),
    other.query(cancelRun, { runId }),
  ])
  console.log(`cancelRun: the upstream's socket closed after ${Math.round(await closing)} ms`)
  for (const each of answers) expect(each.cancelRun).toEqual({ status: 'CANCELLED', answer: partial })
  const last = await Array.fromAsync(events)
  expect(last.map(({ __typename }) => __typename)).toEqual(['RunCancelled'])
  const replayed = await Array.fromAsync(other.client.resume({ runId }))
  expect(replayed.filter(({ __typename }) => __typename.startsWith('Run'))).toHaveLength(2)
  expect(replayed.map((event) => (event.__typename === 'AnswerDelta' ? event.text : '')).join('')).toBe(
    partial.text,
  )
  // Once it has ended it stays as it is.
  expect((await app.query(cancelRun, { runId })).cancelRun).toEqual({ status: 'CANCELLED', answer: partial })
})

test('a run that its followers on all replicas have left is cancelled after the grace period, and not before', async () => {
  const { gate, closed } = await nextGeneration()
  const events = app.client.chat({ question })
  const runId = await untilWritten(events)
  await gate.reached
  const order: string[] = []
  const closing = closed.then(() => order.push('closed'))
  const elsewhere = other.subscribe('ws', chatStream, { input: { resume: { runId, afterSeq: 0 } } })
  await elsewhere.next()
  await events.return?.(undefined)
  // One that is left at the same time and has no other follower tells when the grace period is over.
  const lonely = await nextGeneration()
  const abandoned = app.client.chat({ question })
  await untilWritten(abandoned)
  await abandoned.return?.(undefined)
  await lonely.closed
  order.push('left')
  const left = performance.now()
  await elsewhere.return?.(undefined)
  await closing
  console.log(`leaving: the upstream's socket closed after ${Math.round(performance.now() - left)} ms`)
  expect(order).toEqual(['left', 'closed'])
  const [last] = (await Array.fromAsync(other.client.resume({ runId }))).slice(-1)
  expect(last).toMatchObject({ __typename: 'RunCancelled', run: { answer: partial } })
})

test('whoever hangs up while askQuestion works has left', async () => {
  const { gate, closed } = await nextGeneration()
  const hanging = new AbortController()
  const query = `mutation { askQuestion(input: { question: "${question}", requestId: "hung-up" }) { id } }`
  const request = fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: hanging.signal,
  })
  await gate.reached
  hanging.abort()
  const left = performance.now()
  await expect(request).rejects.toThrow()
  await closed
  console.log(`hanging up: the upstream's socket closed after ${Math.round(performance.now() - left)} ms`)
  const run = await other.client.ask({ question, requestId: 'hung-up' })
  expect(run).toMatchObject({ status: 'CANCELLED', answer: partial })
})
