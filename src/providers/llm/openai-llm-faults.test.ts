import { describe, expect, it } from 'vitest'
import { answer } from '../../../test/testkit/upstream/chat.ts'
import { httpError, reset, stall } from '../../../test/testkit/upstream/failures.ts'
import type { Behaviour } from '../../../test/testkit/upstream/fake-call.ts'
import { startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps, quickRetries, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { startRawSite, startSecureSite } from '../../../test/testkit/web/site.ts'
import { FailureError } from '../../failure.ts'
import { createOpenAiLlm, type LlmLimits } from './openai-llm.ts'

const request = { messages: [{ role: 'user', content: 'Why?' }] } as const

/** What was delivered, what ended it, and which faults were counted how often. */
async function generate(baseUrl: string, limits: Partial<LlmLimits> = {}) {
  const deps = providerDeps()
  const config = { kind: 'openai', baseUrls: [baseUrl], model: 'm', apiKey: 'sk-hidden' } as const
  const llm = createOpenAiLlm(config, { ...deps, limits: { ...quickRetries, retries: 1, ...limits } })
  let text = ''
  let failure: FailureError | null = null
  try {
    for await (const event of llm.generate(request, new AbortController().signal)) {
      if (event.type === 'delta') text += event.text
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    failure = error
  }
  const counted = (fault: string) =>
    seriesValue(deps.metrics, 'groundwire_upstream_faults_total', { upstream: 'llm', fault })
  return { text, failure: failure?.failure, counted }
}

const unavailable = { code: 'UPSTREAM_UNAVAILABLE', retryable: true }
const rejected = { code: 'UPSTREAM_REJECTED', retryable: false }
const timeout = { code: 'TIMEOUT', retryable: true }

const after = (how: 'hang-up' | 'stall' | { event: string }) =>
  answer('One two three', { breakAfter: { chunks: 2, how } })
/** The two shapes of recorded servers: an event of its own, and a field of a chunk. */
const errorEvent =
  'event: error\ndata: {"error":{"message":"words of the upstream","type":"invalid_request_error","code":"tool_use_failed","status_code":400}}\n\n'
const errorChunk =
  'data: {"id":"gen-1","provider":"P","error":{"code":400,"message":"words of the upstream"},"model":"m","object":"chat.completion.chunk","created":1,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":43,"completion_tokens":10}}\n\ndata: [DONE]\n\n'
const chunk = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`
const tooLong = { error: { message: 'the input length exceeds the context length' } }

const limits = { firstTokenMs: 50, betweenTokensMs: 50 }

describe('each fault has its outcome, its words and its series', () => {
  it.each<[string, Behaviour, string, object, RegExp, Partial<LlmLimits>?]>([
    ['401', httpError(401), 'unauthorized', rejected, /LLM_API_KEY/],
    ['404', httpError(404), 'not_found', rejected, /knows no model "m".*LLM_MODEL/],
    ['429', httpError(429, { retryAfter: 0 }), 'too_many_requests', unavailable, /too many requests/],
    ['500', httpError(500), 'server_error', unavailable, /HTTP 500/],
    ['422', httpError(422), 'bad_request', rejected, /HTTP 422/],
    ['a prompt too long', httpError(400, { body: tooLong }), 'context_length', rejected, /context/],
    ['silence', stall(), 'timeout', timeout, /did not answer in time/, limits],
    ['a reset', reset(), 'reset', unavailable, /broke the connection before it answered/],
    [
      'an error event at once',
      answer('', { breakAfter: { chunks: 0, how: { event: errorEvent } } }),
      'error_event',
      unavailable,
      /with an error/,
    ],
    [
      'no finish reason',
      answer('', { finishReason: null }),
      'broken_off',
      unavailable,
      /broke the answer off/,
    ],
    [
      'only empty choices',
      answer('', { breakAfter: { chunks: 0, how: { event: chunk({ choices: [] }) } } }),
      'broken_off',
      unavailable,
      /broke the answer off/,
    ],
  ])('before the first token: %s', async (_, behaviour, fault, failure, words, given = {}) => {
    await using fake = await startFakeOpenAi()
    fake.chat.otherwise(behaviour)
    const result = await generate(fake.baseUrl, given)
    const retryable = 'retryable' in failure && failure.retryable
    expect(result).toMatchObject({ text: '', failure })
    expect(result.failure?.message).toMatch(words)
    expect(result.failure?.message).not.toMatch(/words of the upstream|sk-hidden/)
    expect(fake.chat.requests).toHaveLength(retryable ? 2 : 1)
    expect(await result.counted(fault)).toBe(retryable ? 2 : 1)
  })

  it.each<[string, Behaviour, string, object, RegExp, Partial<LlmLimits>?]>([
    ['silence', after('stall'), 'stalled', timeout, /fell silent in the middle/, { betweenTokensMs: 50 }],
    ['a broken connection', after('hang-up'), 'reset', unavailable, /in the middle of the answer/],
    ['an error event', after({ event: errorEvent }), 'error_event', unavailable, /with an error/],
    ['an error in a chunk', after({ event: errorChunk }), 'error_event', unavailable, /with an error/],
    ['no JSON', after({ event: 'data: {"choices": [\n\n' }), 'malformed', unavailable, /no answer/],
    ['JSON that is no chunk', after({ event: 'data: 7\n\n' }), 'malformed', unavailable, /no answer/],
    [
      'an event without end',
      after({ event: `data: ${'x'.repeat(1_100_000)}` }),
      'malformed',
      unavailable,
      /no answer/,
    ],
    [
      'a stream that ends early',
      answer('One two', { finishReason: null, done: false }),
      'broken_off',
      unavailable,
      /broke the answer off/,
    ],
    [
      'content withheld',
      answer('One two', { finishReason: 'content_filter' }),
      'no_answer',
      rejected,
      /content filter/,
    ],
    [
      'a call of a tool',
      answer('One two', { finishReason: 'tool_calls' }),
      'no_answer',
      rejected,
      /called a tool/,
    ],
  ])('in the middle, never retried: %s', async (_, behaviour, fault, failure, words, given = {}) => {
    await using fake = await startFakeOpenAi()
    fake.chat.otherwise(behaviour)
    const result = await generate(fake.baseUrl, given)
    expect(result).toMatchObject({ text: 'One two', failure })
    expect(result.failure?.message).toMatch(words)
    expect(fake.chat.requests).toHaveLength(1)
    expect(await result.counted(fault)).toBe(1)
  })

  it('a port where nothing listens', async () => {
    const fake = await startFakeOpenAi()
    await fake.close()
    const result = await generate(fake.baseUrl)
    expect(result.failure).toMatchObject(unavailable)
    expect(result.failure?.message).toMatch(/nothing listens.*LLM_BASE_URL/)
    expect(await result.counted('refused')).toBe(2)
  })

  it('a name that does not exist', async () => {
    const result = await generate('http://llm.invalid/v1')
    expect(result.failure).toMatchObject(unavailable)
    expect(result.failure?.message).toMatch(/LLM_BASE_URL cannot be resolved/)
    expect(await result.counted('dns')).toBe(2)
  })

  it('a certificate that nobody has signed', async () => {
    await using site = await startSecureSite((_, response) => response.end('secure'))
    const result = await generate(`https://127.0.0.1:${site.port}/v1`)
    expect(result.failure).toMatchObject(unavailable)
    expect(result.failure?.message).toMatch(/certificate.*LLM_BASE_URL/)
    expect(await result.counted('tls')).toBe(2)
    expect(site.requests).toHaveLength(0)
  })

  it('a server that speaks something else', async () => {
    await using site = await startRawSite(
      (socket) => void socket.once('data', () => socket.end('hello\r\n\r\n')),
      'http',
    )
    const result = await generate(`http://127.0.0.1:${site.port}/v1`)
    expect(result.failure).toMatchObject(unavailable)
    expect(await result.counted('malformed')).toBe(2)
  })
})
