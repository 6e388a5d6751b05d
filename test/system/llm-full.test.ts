import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate, type Gate } from '../testkit/upstream/gate.ts'

const question = 'What does the orchard grow?'
const sentence = 'The orchard grows quinces and medlars [1].'
const ask = 'mutation ($input: AskQuestionInput!) { askQuestion(input: $input) { id status } }'
const chat = 'subscription ($input: ChatStreamInput!) { chatStream(input: $input) { __typename runId } }'

let upstream: FakeOpenAi
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  const env = { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake-model', LLM_MAX_CONCURRENCY: '2' }
  app = await bootApp({ env })
  await ingestReady(app, 'default', texts({ a: 'The orchard grows quinces and medlars.' }))
  upstream.chat.otherwise(answer(sentence))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

/** Fills both places with runs that write until the gates are opened. */
async function fill() {
  const gates = [createGate(), createGate()]
  for (const gate of gates) upstream.chat.enqueue(answer(sentence, { gates: { 1: gate } }))
  const runs = gates.map((_, i) => app.client.ask({ question, requestId: `${i}-${crypto.randomUUID()}` }))
  await Promise.all(gates.map((gate) => gate.reached))
  return { gates, runs }
}
const empty = async ({ gates, runs }: { gates: readonly Gate[]; runs: readonly Promise<unknown>[] }) => {
  for (const gate of gates) gate.open()
  await Promise.all(runs)
}
const post = (query: string, variables: object, accept: string) =>
  fetch(`${app.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  })
const countRuns = async () =>
  (await app.query('{ conversations(first: 50) { edges { node { id } } } }')).conversations.edges.length

test('a new generation is refused at once when the model server is full, over each transport', async () => {
  const filled = await fill()
  const requests = upstream.chat.requests.length
  const conversations = await countRuns()
  const refusal = { code: 'UNAVAILABLE', retryable: true, retryAfter: expect.any(Number) }

  for (const accept of ['application/graphql-response+json', 'application/json']) {
    const response = await post(ask, { input: { question } }, accept)
    expect(response.status).toBe(429)
    const { data, errors } = (await response.json()) as { data: unknown; errors: { extensions: object }[] }
    expect(data).toBeNull()
    expect(errors).toMatchObject([
      { message: expect.stringContaining('language model'), extensions: refusal },
    ])
    const seconds = Number(response.headers.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(errors[0]?.extensions).toMatchObject({ retryAfter: seconds })
    expect(errors[0]?.extensions).not.toHaveProperty('http')
  }
  const stream = await post(chat, { input: { ask: { question } } }, 'text/event-stream')
  expect(stream.status).toBe(429)
  expect(Number(stream.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(await stream.text()).toContain('"code":"UNAVAILABLE"')
  const [message] = await Array.fromAsync(app.subscribe('ws', chat, { input: { ask: { question } } }))
  expect(message?.errors).toMatchObject([{ extensions: refusal }])

  // Nothing was begun, and nothing is left of it.
  expect(await countRuns()).toBe(conversations)
  expect(upstream.chat.requests).toHaveLength(requests)
  const metrics = await (await fetch(`${app.origin}/metrics`)).text()
  expect(metrics).toMatch(/^groundwire_upstream_refusals_total\{upstream="llm"\} 4$/m)
  await empty(filled)
  expect(await app.client.ask({ question })).toMatchObject({ status: 'COMPLETED' })
})

test('what was accepted before is not refused: the same requestId, a run that waits for another, a resume', async () => {
  const gates = [createGate(), createGate()] as const
  for (const gate of gates) upstream.chat.enqueue(answer(sentence, { gates: { 1: gate } }))
  const requestId = crypto.randomUUID()
  const stream = app.client.chat({ question, requestId })
  const { value: started } = await stream.next()
  if (started?.__typename !== 'RunStarted') throw new Error('no run')
  const other = app.client.ask({ question })
  await Promise.all(gates.map((gate) => gate.reached))

  const again = app.client.chat({ question, requestId })
  expect((await again.next()).value).toEqual(started)
  const resumed = app.client.resume({ runId: started.runId })
  expect((await resumed.next()).value).toEqual(started)
  const queued = app.client.ask({ question, conversationId: started.conversationId, onConflict: 'ENQUEUE' })
  await expect
    .poll(async () => {
      const { node } = await app.query(
        'query ($id: ID!) { node(id: $id) { ... on Conversation { runs(first: 5) { edges { node { status } } } } } }',
        { id: started.conversationId },
      )
      return node.runs.edges.length
    })
    .toBe(2)
  for (const gate of gates) gate.open()
  expect(await queued).toMatchObject({ status: 'COMPLETED' })
  await Promise.all([other, ...[stream, again, resumed].map((one) => Array.fromAsync(one))])
})

test('of many that start at once as many are accepted as there is room for', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      post(ask, { input: { question } }, 'application/json').then(({ status }) => status),
    ),
  )
  const accepted = answers.filter((status) => status === 200).length
  expect(answers.filter((status) => status === 429)).toHaveLength(20 - accepted)
  expect(accepted).toBeGreaterThanOrEqual(2)
  expect(accepted).toBeLessThan(20)
})
