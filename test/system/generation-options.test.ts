import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { json } from '../testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

const sentence = 'The orchard grows quinces and medlars [1].'
const question = 'What does the orchard grow?'
const ask = `mutation ($input: AskQuestionInput!) {
  askQuestion(input: $input) { status answer { model finishReason text } failure { code message } }
}`
type Generation = { model?: string; maxTokens?: number; temperature?: number }

let upstream: FakeOpenAi
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  upstream.chat.otherwise(answer(sentence))
  upstream.models.otherwise(json({ data: [{ id: 'fake-model', max_model_len: 2_048 }] }))
  app = await bootApp({
    env: {
      LLM_BASE_URL: upstream.baseUrl,
      LLM_MODEL: 'fake-model',
      LLM_MODELS: 'other-model',
      LLM_MAX_TOKENS: '300',
    },
  })
  const more = Array.from({ length: 8 }, (_, i) => [
    `b${i}`,
    `The orchard number ${i} ${'grows apples, pears and plums. '.repeat(25)}`,
  ])
  const grown = Object.fromEntries(more)
  await ingestReady(app, 'default', texts({ a: 'The orchard grows quinces and medlars.', ...grown }))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

async function asked(generation: Generation | null) {
  const data = await app.query(ask, { input: { question, topK: 10, generation } })
  return { run: data.askQuestion, body: upstream.chat.requests.at(-1)?.body }
}

test('a request that says nothing gets the configured model and length', async () => {
  const { run, body } = await asked(null)
  expect(run).toMatchObject({ status: 'COMPLETED', answer: { model: 'fake-model', text: sentence } })
  expect(body).toMatchObject({ model: 'fake-model', max_tokens: 300 })
  expect(body).not.toHaveProperty('temperature')
})

test('a request chooses model, length and temperature, up to the limits', async () => {
  const { run, body } = await asked({ model: 'other-model', maxTokens: 20, temperature: 2 })
  expect(run).toMatchObject({ status: 'COMPLETED', answer: { model: 'other-model' } })
  expect(body).toMatchObject({ model: 'other-model', max_tokens: 20, temperature: 2 })
  const { body: least } = await asked({ maxTokens: 300, temperature: 0 })
  expect(least).toMatchObject({ model: 'fake-model', max_tokens: 300, temperature: 0 })
})

test.each<[string, Generation]>([
  ['generation.model', { model: 'secret-model' }],
  ['generation.model', { model: '' }],
  ['generation.maxTokens', { maxTokens: 301 }],
  ['generation.maxTokens', { maxTokens: 0 }],
  ['generation.temperature', { temperature: 2.1 }],
  ['generation.temperature', { temperature: -0.1 }],
])('%s is refused in %j, and nothing is asked', async (field, generation) => {
  const before = upstream.chat.requests.length
  const { errors } = await app.send(ask, { input: { question, generation } })
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  expect(JSON.stringify(errors)).toContain(field)
  expect(upstream.chat.requests).toHaveLength(before)
})

test('what a server says of its model cuts the prompt, once it has said it', async () => {
  const passages = (body: unknown) => JSON.stringify(body).match(/<passage number/g)?.length ?? 0
  const { body: other } = await asked({ model: 'other-model' })
  const { body } = await asked(null)
  expect(passages(body)).toBeGreaterThan(0)
  expect(passages(body)).toBeLessThan(passages(other))
  expect(upstream.models.requests.length).toBeGreaterThan(0)
})
