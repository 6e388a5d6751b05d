import { describe, expect, it, vi } from 'vitest'
import { patience } from '../../../test/testkit/patience.ts'
import { sharedData } from '../../../test/testkit/shared-data.ts'
import { embed } from '../../../test/testkit/upstream/embeddings.ts'
import { html, httpError, invalidJson, json, reset, stall } from '../../../test/testkit/upstream/failures.ts'
import type { Behaviour } from '../../../test/testkit/upstream/fake-call.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import {
  openAiConfig,
  providerDeps,
  quickRetries,
  seriesValue,
} from '../../../test/testkit/upstream/provider-deps.ts'
import { replayJson } from '../../../test/testkit/upstream/replay-json.ts'
import { createOpenAiEmbeddings, type EmbeddingLimits } from './openai-embeddings.ts'

const never = new AbortController().signal
const dimensions = 4
const item = (embedding: unknown, index: unknown = 0) => ({ object: 'embedding', index, embedding })
const good = [0, 1, 0, 0]
const base64 = (numbers: number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64')

function setUp(fake: FakeOpenAi, limits: Partial<EmbeddingLimits> = {}) {
  const config = openAiConfig(fake.baseUrl, { dimensions })
  return createOpenAiEmbeddings(config, { ...providerDeps(), limits: { ...quickRetries, ...limits } })
}

async function failWith(
  behaviour: Behaviour,
  texts = ['x'],
  limits: Partial<EmbeddingLimits> = {},
  kind: 'query' | 'passage' = 'passage',
) {
  await using fake = await startFakeOpenAi()
  fake.embeddings.otherwise(behaviour)
  const failure = await setUp(fake, limits)
    .embed(texts, kind, never)
    .catch((error) => error.failure)
  return { failure, attempts: fake.embeddings.requests.length }
}

describe('is rejected once', () => {
  it.each([
    ['a page instead of JSON', html()],
    ['JSON cut short', invalidJson()],
    ['JSON of something else', json({ hello: 'world' })],
    ['JSON of nothing', json(null)],
    ['a vector too few', json({ data: [] })],
    ['a vector too many', json({ data: [item(good, 0), item(good, 1)] })],
    ['an index out of range', json({ data: [item(good, 1)] })],
    ['no index', json({ data: [{ embedding: good }] })],
    ['too short a vector', json({ data: [item([1, 2, 3])] })],
    ['base64 that is no vector', json({ data: [item('QQ==')] })],
    ['base64 with something between', json({ data: [item(`AAAA*${base64(good).slice(4)}`)] })],
    ['more than was asked for', json({ data: [item(good)], more: 'x'.repeat(1_000_000) })],
    ['no vector', json({ data: [item(null)] })],
    ['a zero vector', json({ data: [item([0, 0, 0, 0])] })],
    ['a null in a vector, which is how JSON writes NaN', json({ data: [item([1, null, 0, 0])] })],
    ['numbers as strings', json({ data: [item(['1', '0', '0', '0'])] })],
    ['a number that is no float', json({ data: [item([1e39, 0, 0, 0])] })],
    ['null for an item', json({ data: [null] })],
    ['null', json(null)],
    ['an empty body', ({ response }) => void response.writeHead(200).end()],
    ['NaN in base64', embed({ dimensions, vectors: () => [Float32Array.of(1, Number.NaN, 0, 0)] })],
    ['Infinity in base64', embed({ dimensions, vectors: () => [Float32Array.of(1, -Infinity, 0, 0)] })],
    ['status 400', httpError(400)],
    ['status 401', httpError(401)],
  ])('%s', async (_, behaviour) => {
    const { failure, attempts } = await failWith(behaviour)
    expect(failure).toMatchObject({ code: 'UPSTREAM_REJECTED', retryable: false })
    expect(attempts).toBe(1)
  })

  it('one index for two texts', async () => {
    const { failure } = await failWith(json({ data: [item(good, 0), item(good, 0)] }), ['x', 'y'])
    expect(failure).toMatchObject({ code: 'UPSTREAM_REJECTED' })
  })

  it('another length than configured, and the message names the variable', async () => {
    const { failure } = await failWith(embed({ dimensions: 8 }))
    expect(failure.message).toContain('8 numbers')
    expect(failure.message).toContain('EMBEDDING_DIMENSIONS is 4')
  })

  const recorded = sharedData('data/llm-wire/otel-openai/test_embeddings_model_not_found.json')
  it.skipIf(recorded === null)('a recorded unknown model, and the message names what to check', async () => {
    const { failure, attempts } = await failWith(replayJson(String(recorded), 404))
    expect(failure.message).toContain('EMBEDDING_MODEL')
    expect(attempts).toBe(1)
  })
})

describe('is retried', () => {
  it.each([
    ['a rate limit', httpError(429, { retryAfter: 0 })],
    ['a broken server', httpError(502)],
    ['a lost connection', reset()],
  ])('%s', async (_, behaviour) => {
    const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true }
    const question = await failWith(behaviour, ['x'], {}, 'query')
    expect(question).toEqual({ failure: expect.objectContaining(unavailable), attempts: 4 })
    const passage = await failWith(behaviour, ['x'], { openMs: 1 })
    expect(passage).toEqual({ failure: expect.objectContaining(unavailable), attempts: 10 })
  })

  it('until a retry succeeds', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.enqueue(httpError(500), reset(), httpError(429, { retryAfter: 0 }))
    expect(await setUp(fake).embed(['x'], 'query', never)).toHaveLength(1)
    expect(fake.embeddings.requests).toHaveLength(4)
  })

  it('a request that takes too long', async () => {
    const { failure, attempts } = await failWith(stall(), ['x'], { requestMs: 30, passageRetries: 1 })
    expect(failure).toMatchObject({ code: 'TIMEOUT', retryable: true })
    expect(attempts).toBe(2)
  })
})

describe('a question, which somebody waits for,', () => {
  it('is not answered longer than it may take, all attempts together', async () => {
    const limits = { queryRequestMs: 200, queryTotalMs: 100, requestMs: 600_000 }
    const { failure, attempts } = await failWith(stall(), ['x'], limits, 'query')
    expect(failure).toMatchObject({ code: 'TIMEOUT', retryable: true })
    // None, where the machine is so busy that the request has not arrived by then.
    expect(attempts).toBeLessThanOrEqual(1)
  })

  it('does not wait for a Retry-After that is longer', async () => {
    const { failure, attempts } = await failWith(httpError(429, { retryAfter: 20 }), ['x'], {}, 'query')
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true })
    expect(attempts).toBe(1)
  })

  it('does not wait where the circuit is open', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.otherwise(httpError(500))
    const deps = providerDeps()
    const embeddings = createOpenAiEmbeddings(openAiConfig(fake.baseUrl, { dimensions }), {
      ...deps,
      limits: { failuresToOpen: 1, openMs: 6e5, backoffMs: 6e5, maxBackoffMs: 6e5, queryTotalMs: 6e6 },
    })
    const caller = new AbortController()
    const waiting = embeddings.embed(['opens it'], 'passage', caller.signal).catch(() => {})
    const state = () => seriesValue(deps.metrics, 'groundwire_upstream_state', { upstream: 'embeddings' })
    await vi.waitFor(async () => expect(await state()).toBe(2), patience)
    await expect(embeddings.embed(['x'], 'query', never)).rejects.toMatchObject({
      failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    })
    expect(fake.requests).toHaveLength(1)
    caller.abort()
    await waiting
  })

  it('goes to another address at once where one asks to be left alone for long', async () => {
    await using busy = await startFakeOpenAi({ dimensions })
    await using free = await startFakeOpenAi({ dimensions })
    busy.embeddings.otherwise(httpError(429, { retryAfter: 3_600 }))
    const config = openAiConfig(busy.baseUrl, { dimensions, baseUrls: [busy.baseUrl, free.baseUrl] })
    const embeddings = createOpenAiEmbeddings(config, { ...providerDeps(), limits: quickRetries })
    for (const text of ['a', 'b', 'c']) expect(await embeddings.embed([text], 'query', never)).toHaveLength(1)
    expect(busy.requests.length).toBeGreaterThan(0)
    expect(free.requests).toHaveLength(3)
  })
})

describe('ends every request of the call', () => {
  it('when one batch fails', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.enqueue(stall(), async (call) => {
      await fake.embeddings.received(1)
      await httpError(400)(call)
    })
    const embeddings = setUp(fake, { batch: { texts: 1, characters: 10 }, concurrency: 2 })
    const failed = embeddings.embed(['a', 'b', 'c', 'd'], 'passage', never)
    await expect(failed).rejects.toMatchObject({ failure: { code: 'UPSTREAM_REJECTED' } })
    expect(fake.embeddings.requests).toHaveLength(2)
    await Promise.all(fake.embeddings.requests.map(({ over }) => over))
  })

  it('when the caller aborts', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.otherwise(stall())
    const caller = new AbortController()
    const embeddings = setUp(fake, { batch: { texts: 1, characters: 10 } })
    const embedded = embeddings.embed(['a', 'b', 'c'], 'passage', caller.signal)
    const received = await fake.embeddings.received(3)
    const reason = new DOMException('enough', 'AbortError')
    caller.abort(reason)
    await expect(embedded).rejects.toBe(reason)
    await received.closedByClient
  })
})
