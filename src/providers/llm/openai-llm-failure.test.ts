import { describe, expect, it } from 'vitest'
import { sharedData } from '../../../test/testkit/shared-data.ts'
import { answer, replay } from '../../../test/testkit/upstream/chat.ts'
import { html, httpError, json, redirect, reset, stall } from '../../../test/testkit/upstream/failures.ts'
import type { Behaviour } from '../../../test/testkit/upstream/fake-call.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps, quickRetries, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { FailureError } from '../../failure.ts'
import { ContextLengthError } from './context-length-error.ts'
import { createOpenAiLlm, type LlmLimits } from './openai-llm.ts'

const signal = new AbortController().signal
const request = { messages: [{ role: 'user', content: 'Why?' }] } as const

function llmOf(fake: FakeOpenAi, limits: Partial<LlmLimits> = {}, deps = providerDeps()) {
  const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'm', apiKey: 'sk-hidden' } as const
  return createOpenAiLlm(config, { ...deps, limits: { ...quickRetries, ...limits } })
}

/** What was delivered, and what ended it, when every request meets `behaviour`. */
async function failWith(behaviour: Behaviour, limits: Partial<LlmLimits> = {}) {
  await using fake = await startFakeOpenAi()
  fake.chat.otherwise(behaviour)
  let text = ''
  let failure: FailureError | null = null
  try {
    for await (const event of llmOf(fake, limits).generate(request, signal)) {
      if (event.type === 'delta') text += event.text
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    failure = error
  }
  return { text, failure: failure?.failure, attempts: fake.requests.length }
}

const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true }
const rejected = { code: 'UPSTREAM_REJECTED', retryable: false }

describe('before the first token', () => {
  it.each([
    ['an overloaded server', httpError(503)],
    ['a broken server', httpError(500)],
    ['a rate limit', httpError(429, { retryAfter: 0 })],
    ['a lost connection', reset()],
    ['a stream that ends at once', answer('', { finishReason: null })],
  ])('is retried: %s', async (_, behaviour) => {
    const result = await failWith(behaviour)
    expect(result).toMatchObject({ text: '', failure: unavailable, attempts: 4 })
  })

  it('brings the answer when a retry succeeds', async () => {
    await using fake = await startFakeOpenAi()
    fake.chat.enqueue(httpError(503), reset(), httpError(429, { retryAfter: '0' }))
    const events = await Array.fromAsync(llmOf(fake).generate(request, signal))
    expect(events.at(-1)).toMatchObject({ type: 'end' })
    expect(fake.chat.requests).toHaveLength(4)
  })

  it('is retried after the time limit, and a server that stays silent is a TIMEOUT', async () => {
    const result = await failWith(stall(), { firstTokenMs: 30, retries: 1 })
    expect(result).toMatchObject({ failure: { code: 'TIMEOUT', retryable: true }, attempts: 2 })
  })

  it('does not wait for a Retry-After beyond its limit', async () => {
    const result = await failWith(httpError(429, { retryAfter: 3_600 }))
    expect(result).toMatchObject({ failure: unavailable, attempts: 1 })
  })

  it.each([
    [400, 'LLM_MODEL'],
    [401, 'LLM_API_KEY'],
    [404, 'LLM_MODEL'],
  ])('status %i is rejected once, and the message says to check %s', async (status, variable) => {
    const body = { error: { message: 'words of the upstream, sk-hidden' } }
    const { failure, attempts } = await failWith(httpError(status, { body }))
    expect(failure).toMatchObject(rejected)
    expect(attempts).toBe(1)
    expect(failure?.message).toContain(variable)
    expect(failure?.message).not.toMatch(/sk-hidden|words/)
  })

  it.each([400, 500])(
    'status %i with the words for it is a ContextLengthError, asked once',
    async (status) => {
      await using fake = await startFakeOpenAi()
      const message =
        "This model's maximum context length is 2048 tokens. However, you requested 2100 tokens."
      fake.chat.otherwise(httpError(status, { body: { error: { message, code: status } } }))
      const first = llmOf(fake).generate(request, signal).next()
      await expect(first).rejects.toThrow(ContextLengthError)
      await expect(first).rejects.toMatchObject({ contextTokens: 2_048, failure: rejected })
      expect(fake.requests).toHaveLength(1)
    },
  )

  it.each([
    ['a page', html()],
    ['an answer that is no stream', json({ choices: [] })],
    ['a redirect', redirect('/elsewhere')],
  ])('is rejected once: %s', async (_, behaviour) => {
    const { failure, attempts } = await failWith(behaviour)
    expect(failure).toMatchObject(rejected)
    expect(failure?.message).toContain('LLM_BASE_URL')
    expect(attempts).toBe(1)
  })
})

describe('after the first token', () => {
  const after = (how: 'hang-up' | 'stall' | { event: string }) =>
    answer('One two three', { breakAfter: { chunks: 2, how } })

  it.each([
    ['a lost connection', after('hang-up')],
    ['a stream without finish reason', answer('One two', { finishReason: null })],
    ['the same without [DONE]', answer('One two', { finishReason: null, done: false })],
    ['an error event', after({ event: 'event: error\ndata: {"error":{"message":"boom"}}\n\n' })],
    ['an error chunk', after({ event: 'data: {"error":{"message":"boom","code":500}}\n\ndata: [DONE]\n\n' })],
    ['a malformed event', after({ event: 'data: {"choices": [\n\n' })],
    ['a server that cancels', answer('One two', { finishReason: 'abort' })],
  ])('is a failure and never retried: %s', async (_, behaviour) => {
    const result = await failWith(behaviour)
    expect(result).toMatchObject({ text: 'One two', failure: unavailable, attempts: 1 })
  })

  it('has a time limit between tokens', async () => {
    const result = await failWith(after('stall'), { betweenTokensMs: 30 })
    expect(result).toMatchObject({ text: 'One two', failure: { code: 'TIMEOUT' }, attempts: 1 })
  })

  it.each(['content_filter', 'tool_calls', 'constructor'])(
    'finish reason %s is no answer',
    async (finishReason) => {
      const result = await failWith(answer('One two', { finishReason }))
      expect(result.failure).toMatchObject(rejected)
    },
  )
})

describe('recorded streams that fail after HTTP 200', () => {
  for (const file of ['test_openrouter_stream_error.sse', 'test_tool_use_failed_error_streaming.0.sse']) {
    const path = sharedData(`data/llm-wire/pydantic-ai/${file}`)
    it.skipIf(path === null)(file, async () => {
      const result = await failWith(replay(String(path), { chunkBytes: 100 }), { retries: 0 })
      expect(result).toMatchObject({ text: '', failure: unavailable })
    })
  }
})

it('measures each failed request by its outcome', async () => {
  await using fake = await startFakeOpenAi()
  fake.chat.enqueue(httpError(503), httpError(404))
  const deps = providerDeps()
  const stream = llmOf(fake, {}, deps).generate(request, signal)
  await expect(stream.next()).rejects.toThrow(FailureError)
  const outcome = (name: string) =>
    seriesValue(deps.metrics, 'groundwire_upstream_request_duration_seconds', { outcome: name })
  expect(await outcome('upstream_unavailable')).toBe(1)
  expect(await outcome('upstream_rejected')).toBe(1)
})
