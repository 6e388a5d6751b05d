import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sharedData } from '../../../test/testkit/shared-data.ts'
import { bagOfWords } from '../../../test/testkit/upstream/bag-of-words.ts'
import { embed } from '../../../test/testkit/upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import {
  openAiConfig,
  providerDeps,
  quickRetries,
  seriesValue,
} from '../../../test/testkit/upstream/provider-deps.ts'
import { recordSpans } from '../../../test/testkit/upstream/recorded-spans.ts'
import { replayJson } from '../../../test/testkit/upstream/replay-json.ts'
import type { OpenAiEmbeddingConfig } from '../../config/embedding-config.ts'
import { createOpenAiEmbeddings, type EmbeddingLimits } from './openai-embeddings.ts'

const spans = recordSpans()
afterAll(() => spans[Symbol.asyncDispose]())
beforeEach(() => spans.clear())

const signal = new AbortController().signal
const dimensions = 64

function setUp(
  fake: FakeOpenAi,
  limits: Partial<EmbeddingLimits> = {},
  model = 'fake-embedder',
  given: Partial<OpenAiEmbeddingConfig> = {},
) {
  const deps = providerDeps()
  const config = openAiConfig(`${fake.baseUrl}/`, { model, dimensions, apiKey: 'sk-key', ...given })
  return {
    ...deps,
    embeddings: createOpenAiEmbeddings(config, { ...deps, limits: { ...quickRetries, ...limits } }),
  }
}

const texts = (count: number) => Array.from({ length: count }, (_, i) => `text number ${i}`)

describe('vectors', () => {
  it.each([
    ['as base64', { dimensions }],
    ['as arrays from a server that knows no base64', { dimensions, alwaysFloat: true }],
    ['in any order of the answer', { dimensions, reversed: true }],
  ])('arrive %s, each at its text', async (_, options) => {
    await using fake = await startFakeOpenAi()
    fake.embeddings.otherwise(embed(options))
    const { embeddings } = setUp(fake)
    const vectors = await embeddings.embed(['red fox', 'blue whale', 'fox'], 'passage', signal)
    expect(vectors).toHaveLength(3)
    for (const [i, text] of ['red fox', 'blue whale', 'fox'].entries()) {
      expect(Array.from(vectors[i] ?? [])).toEqual(Array.from(bagOfWords(text, dimensions)))
    }
  })

  it('are scaled to length 1, so that none overflows or vanishes as halfvec', async () => {
    await using fake = await startFakeOpenAi()
    const vectors = () => [Float32Array.of(3e38, -3e38, 0, 0), Float32Array.of(0, 0, 1e-42, 0)]
    fake.embeddings.otherwise(embed({ dimensions: 4, vectors }))
    const { embeddings } = setUp(fake, {}, 'm', { dimensions: 4 })
    const [large, small] = await embeddings.embed(['x', 'y'], 'passage', signal)
    expect(large?.[0]).toBeCloseTo(Math.SQRT1_2, 6)
    expect(large?.[1]).toBeCloseTo(-Math.SQRT1_2, 6)
    expect(Array.from(small ?? [])).toEqual([0, 0, 1, 0])
  })

  it('of no texts need no request', async () => {
    await using fake = await startFakeOpenAi()
    expect(await setUp(fake).embeddings.embed([], 'passage', signal)).toEqual([])
    expect(fake.requests).toHaveLength(0)
  })

  const recorded = sharedData('data/llm-wire/otel-openai/test_embeddings_with_dimensions.json')
  it.skipIf(recorded === null)('of a recorded answer', async () => {
    await using fake = await startFakeOpenAi()
    fake.embeddings.enqueue(replayJson(String(recorded)))
    const deps = providerDeps()
    const config = openAiConfig(fake.baseUrl, { dimensions: 512 })
    const [vector] = await createOpenAiEmbeddings(config, deps).embed(['x'], 'query', signal)
    expect(vector?.length).toBe(512)
    expect(vector?.[0]).toBeCloseTo(0.009219426, 9)
  })
})

describe('requests', () => {
  it('carry the model, base64 and the key, and no dimensions', async () => {
    await using fake = await startFakeOpenAi()
    await setUp(fake).embeddings.embed(['a'], 'passage', signal)
    const [sent] = fake.embeddings.requests
    expect(sent?.headers.authorization).toBe('Bearer sk-key')
    expect(sent?.body).toEqual({ model: 'fake-embedder', input: ['a'], encoding_format: 'base64' })
  })

  it('ask for the dimensions where that is configured', async () => {
    await using fake = await startFakeOpenAi()
    await setUp(fake, {}, 'm', { sendDimensions: true }).embeddings.embed(['a'], 'passage', signal)
    expect(fake.embeddings.requests[0]?.body).toMatchObject({ dimensions })
  })

  it('go to every address in turn', async () => {
    await using one = await startFakeOpenAi()
    await using two = await startFakeOpenAi()
    const { embeddings } = setUp(one, {}, 'm', { baseUrls: [one.baseUrl, two.baseUrl] })
    for (const text of ['a', 'b', 'c', 'd']) await embeddings.embed([text], 'query', signal)
    expect([one, two].map((fake) => fake.embeddings.requests.length)).toEqual([2, 2])
  })

  it('take at most so many texts and so many characters, in order', async () => {
    await using fake = await startFakeOpenAi()
    const { embeddings } = setUp(fake, { batch: { texts: 3, characters: 30 }, concurrency: 1 })
    const input = ['a', 'b', 'c', 'd', 'e'.repeat(40), 'f'.repeat(20), 'g'.repeat(20)]
    expect(await embeddings.embed(input, 'passage', signal)).toHaveLength(7)
    const lengths = fake.embeddings.requests.map(({ body }) => body.input.map((text: string) => text.length))
    expect(lengths).toEqual([[1, 1, 1], [1], [40], [20], [20]])
  })

  it('for passages run a few at a time, and a question does not queue behind them', async () => {
    await using fake = await startFakeOpenAi()
    const gates = [createGate(), createGate()]
    const held = gates.map((gate) => async (call: Parameters<ReturnType<typeof embed>>[0]) => {
      if (await call.wait(gate.pass())) await embed({ dimensions })(call)
    })
    fake.embeddings.enqueue(...held)
    const { embeddings } = setUp(fake, { batch: { texts: 1, characters: 100 }, concurrency: 2 })
    const passages = embeddings.embed(texts(5), 'passage', signal)
    await Promise.all(gates.map((gate) => gate.reached))
    await embeddings.embed(['a question'], 'query', signal)
    expect(fake.embeddings.requests.map(({ body }) => body.input[0])).toContain('a question')
    expect(fake.embeddings.requests).toHaveLength(3)
    for (const gate of gates) gate.open()
    expect(await passages).toHaveLength(5)
  })

  it.each([
    ['intfloat/multilingual-e5-large', 'query: x', 'passage: x'],
    ['nomic-ai/nomic-embed-text-v1.5', 'search_query: x', 'search_document: x'],
    ['BAAI/bge-m3', 'x', 'x'],
    ['text-embedding-3-small', 'x', 'x'],
  ])('of %s put before the text what the model expects', async (model, query, passage) => {
    await using fake = await startFakeOpenAi()
    const { embeddings } = setUp(fake, {}, model)
    await embeddings.embed(['x'], 'query', signal)
    await embeddings.embed(['x'], 'passage', signal)
    expect(fake.embeddings.requests.map(({ body }) => body.input)).toEqual([[query], [passage]])
  })
})

it('spans and measures each request, without content', async () => {
  await using fake = await startFakeOpenAi()
  const { embeddings, metrics } = setUp(fake)
  await embeddings.embed(['a secret text'], 'passage', signal)
  const [span] = spans.finished()
  expect(span?.name).toBe('embeddings fake-embedder')
  expect(span?.attributes).toMatchObject({
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.request.model': 'fake-embedder',
    'gen_ai.usage.input_tokens': 1,
    'server.address': '127.0.0.1',
    'groundwire.attempts': 1,
  })
  expect(JSON.stringify(span?.attributes)).not.toContain('secret')
  const labels = { upstream: 'embeddings', outcome: 'ok' }
  expect(await seriesValue(metrics, 'groundwire_upstream_request_duration_seconds', labels)).toBe(1)
})
