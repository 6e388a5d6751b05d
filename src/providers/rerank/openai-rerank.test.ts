import { describe, expect, it } from 'vitest'
import { html, httpError, json, stall } from '../../../test/testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps, quickRetries, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { createOpenAiRerank, type RerankLimits } from './openai-rerank.ts'

const never = new AbortController().signal
const documents = ['a green door', 'the red fox runs', 'a fox']

function setUp(fake: FakeOpenAi, limits: Partial<RerankLimits> = {}) {
  const deps = providerDeps()
  const config = { kind: 'openai', baseUrl: fake.baseUrl, model: 'm', apiKey: 'sk-key' } as const
  return { ...deps, rerank: createOpenAiRerank(config, { ...deps, limits: { ...quickRetries, ...limits } }) }
}

it('returns the relevance of each document, in their order', async () => {
  await using fake = await startFakeOpenAi()
  const { rerank, metrics } = setUp(fake)
  expect(await rerank.rerank('red fox', documents, never)).toEqual([0, 1, 0.5])
  const [sent] = fake.rerank.requests
  expect(sent?.headers.authorization).toBe('Bearer sk-key')
  expect(sent?.body).toEqual({ model: 'm', query: 'red fox', documents, top_n: 3 })
  const labels = { upstream: 'rerank', outcome: 'ok' }
  expect(await seriesValue(metrics, 'groundwire_upstream_request_duration_seconds', labels)).toBe(1)
})

it('asks nothing where there are no documents', async () => {
  await using fake = await startFakeOpenAi()
  expect(await setUp(fake).rerank.rerank('x', [], never)).toEqual([])
  expect(fake.requests).toHaveLength(0)
})

it('retries what can succeed later', async () => {
  await using fake = await startFakeOpenAi()
  fake.rerank.enqueue(httpError(503), httpError(429, { retryAfter: 0 }))
  expect(await setUp(fake).rerank.rerank('fox', documents, never)).toHaveLength(3)
  expect(fake.rerank.requests).toHaveLength(3)
})

describe('keeps who searches waiting no longer than it may, all attempts together,', () => {
  it.each([
    ['where nothing comes', stall(), 'TIMEOUT', { totalMs: 100 }],
    ['where it is asked to wait for longer', httpError(503, { retryAfter: 20 }), 'UPSTREAM_UNAVAILABLE', {}],
  ])('%s', async (_, behaviour, code, limits) => {
    await using fake = await startFakeOpenAi()
    fake.rerank.otherwise(behaviour)
    const failed = setUp(fake, limits).rerank.rerank('fox', documents, never)
    await expect(failed).rejects.toMatchObject({ failure: { code, retryable: true } })
    // None, where the machine is so busy that the request has not arrived by then.
    expect(fake.rerank.requests.length).toBeLessThanOrEqual(1)
  })
})

describe('is rejected', () => {
  const result = (index: unknown, relevance_score: unknown) => ({ index, relevance_score })
  it.each([
    ['a page', html()],
    ['something else', json({ data: [] })],
    ['too few scores', json({ results: [result(0, 1)] })],
    ['one document scored twice', json({ results: [0, 0, 1].map((i) => result(i, 1)) })],
    ['an index out of range', json({ results: [1, 2, 3].map((i) => result(i, 1)) })],
    ['a score that is no number', json({ results: [0, 1, 2].map((i) => result(i, null)) })],
    ['an unknown path', httpError(404)],
  ])('%s', async (_, behaviour) => {
    await using fake = await startFakeOpenAi()
    fake.rerank.otherwise(behaviour)
    const failed = setUp(fake).rerank.rerank('fox', documents, never)
    await expect(failed).rejects.toMatchObject({ failure: { code: 'UPSTREAM_REJECTED', retryable: false } })
    expect(fake.rerank.requests).toHaveLength(1)
  })
})

it('an abort closes the request', async () => {
  await using fake = await startFakeOpenAi()
  fake.rerank.enqueue(stall())
  const caller = new AbortController()
  const failed = setUp(fake).rerank.rerank('fox', documents, caller.signal)
  const received = await fake.rerank.received(1)
  caller.abort()
  await expect(failed).rejects.toMatchObject({ name: 'AbortError' })
  await received.closedByClient
})
