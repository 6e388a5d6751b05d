import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { sharedData } from '../testkit/shared-data.ts'
import { answer, replay } from '../testkit/upstream/chat.ts'
import { httpError } from '../testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

const sentence = 'The orchard grows quinces and medlars [1].'
const question = 'What does the orchard grow?'
const recorded = sharedData('data/llm-wire/pydantic-ai/test_crusoe_model_streaming.sse')
const recordedFailures = [
  'test_openrouter_stream_error.sse',
  'test_tool_use_failed_error_streaming.0.sse',
].map((name) => sharedData(`data/llm-wire/pydantic-ai/${name}`))

let upstream: FakeOpenAi
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  const env = { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake-model', LLM_API_KEY: 'upstream-secret' }
  app = await bootApp({ env })
  await ingestReady(
    app,
    'default',
    texts({ a: 'The orchard grows quinces and medlars. It counts 1, 2, 3, 4, 5.' }),
  )
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})
afterEach(() => upstream.chat.otherwise(answer(sentence)))

const chat = async (input = { question }): Promise<ChatEvent[]> => Array.fromAsync(app.client.chat(input))

test('the model streams, and its answer is cited, counted and told apart', async () => {
  upstream.chat.enqueue(answer(sentence))
  const events = await chat()
  const last = events.at(-1)
  expect(last).toMatchObject({
    __typename: 'RunCompleted',
    run: {
      answer: {
        text: sentence,
        model: 'fake-model',
        grounded: true,
        finishReason: 'STOP',
        citations: [{ marker: 1, verified: true, quote: 'The orchard grows quinces and medlars.' }],
      },
    },
  })
  expect(events.slice(0, -1).reduce(answerText, '')).toBe(sentence)
  const request = upstream.chat.requests.at(-1)
  expect(request?.headers.authorization).toBe('Bearer upstream-secret')
  expect(request?.body).toMatchObject({ model: 'fake-model', stream: true })
  expect(JSON.stringify(request?.body.messages)).toContain('quinces')
})

test('deltas arrive while the model still writes', async () => {
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 3: gate } }))
  let text = ''
  for await (const event of app.client.chat({ question })) {
    if (event.__typename !== 'AnswerDelta') continue
    // While the model stands at the gate, with the rest of its answer behind it.
    if (text === '') expect(sentence.length).toBeGreaterThan(event.text.length)
    text += event.text
    gate.open()
  }
  expect(text).toBe(sentence)
})

test.skipIf(recorded === null)(
  'a recorded vLLM stream is answered with, whichever way its bytes come',
  async () => {
    for (const chunkBytes of [Number.POSITIVE_INFINITY, 7]) {
      upstream.chat.otherwise(replay(recorded ?? '', { chunkBytes }))
      const last = (await chat()).at(-1)
      expect(last).toMatchObject({ __typename: 'RunCompleted', run: { status: 'COMPLETED' } })
      const run = last?.__typename === 'RunCompleted' ? last.run : null
      expect(run?.answer?.text).toMatch(/^1, 2, 3/)
      expect(run?.answer?.usage?.completionTokens).toBeGreaterThan(0)
    }
  },
)

test.skipIf(recordedFailures.includes(null))(
  'recorded streams that fail after HTTP 200 end the run FAILED',
  async () => {
    for (const file of recordedFailures) {
      upstream.chat.otherwise(replay(file ?? ''))
      const last = (await chat()).at(-1)
      expect(last).toMatchObject({ __typename: 'RunFailed', run: { status: 'FAILED' } })
    }
  },
)

test('an upstream that fails ends the run with a typed failure, and the evidence is kept', async () => {
  upstream.chat.otherwise(httpError(400, { body: { error: { message: 'internal words of the upstream' } } }))
  const events = await chat()
  expect(events.map(({ __typename }) => __typename)).toEqual(['RunStarted', 'SourcesRetrieved', 'RunFailed'])
  const last = events.at(-1)
  expect(last).toMatchObject({
    failure: { code: 'UPSTREAM_REJECTED' },
    run: { status: 'FAILED', answer: null, failure: { code: 'UPSTREAM_REJECTED' } },
  })
  expect(JSON.stringify(last)).not.toContain('internal words')
  const { node } = await app.query(
    'query ($id: ID!) { node(id: $id) { ... on Run { status finishedAt retrieval { hits { chunk { text } } } } } }',
    { id: last?.runId },
  )
  expect(node.retrieval.hits[0].chunk.text).toContain('quinces')
  expect(node.finishedAt).not.toBeNull()

  // askQuestion says the same as data, not as an error.
  const run = await app.client.ask({ question })
  expect(run).toMatchObject({ status: 'FAILED', failure: { code: 'UPSTREAM_REJECTED' } })
  expect(run.retrieval?.hits.length).toBeGreaterThan(0)
})

test('an upstream that breaks off in mid-answer ends the run FAILED; what came of the text stays in the log', async () => {
  upstream.chat.enqueue(answer(sentence, { breakAfter: { chunks: 3, how: 'hang-up' } }))
  const events = await chat()
  expect(events.at(-1)).toMatchObject({
    __typename: 'RunFailed',
    failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
  })
  const runId = events[0]?.runId ?? ''
  expect(await Array.fromAsync(app.client.resume({ runId }))).toEqual(events)
})

test('cancelRun closes the upstream request, and every follower hears of it', async () => {
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 3: gate } }))
  const number = upstream.chat.requests.length + 1
  const events = app.client.chat({ question })
  const { value: started } = await events.next()
  await gate.reached
  const cancelled = await app.client.cancelRun(started?.runId ?? '')
  expect(cancelled).toMatchObject({ status: 'CANCELLED' })
  // What had come of it by then stays.
  expect(sentence).toContain(cancelled?.answer?.text ?? '')
  await (await upstream.chat.received(number)).closedByClient
  expect((await Array.fromAsync(events)).at(-1)).toMatchObject({
    __typename: 'RunCancelled',
    run: { status: 'CANCELLED' },
  })
  // Once more is no mistake, and changes nothing.
  expect(await app.client.cancelRun(started?.runId ?? '')).toEqual(cancelled)
})

test('a question that no passage answers asks no model, and none is made up', async () => {
  const before = upstream.chat.requests.length
  const run = await app.client.ask({ question: 'Zyzzyva xylophone?', filter: { externalIds: ['nothing'] } })
  expect(run).toMatchObject({ status: 'COMPLETED', answer: { finishReason: 'NO_EVIDENCE', citations: [] } })
  expect(upstream.chat.requests.length).toBe(before)
})

test('a model that cites nothing twice is flagged', async () => {
  upstream.chat.enqueue(answer('It grows plums in 1875.'), answer('It grows cherries in 1912.'))
  const run = await app.client.ask({ question })
  expect(run).toMatchObject({
    status: 'COMPLETED',
    answer: { grounded: false, text: 'It grows cherries in 1912.' },
  })
})

test('what the model writes that PostgreSQL cannot store does not fail the run', async () => {
  upstream.chat.enqueue(answer('The orchard grows quinces \u0000and\ud800 medlars [1].'))
  const run = await app.client.ask({ question })
  expect(run.status).toBe('COMPLETED')
  expect(run.answer?.text).toContain('quinces')
})
