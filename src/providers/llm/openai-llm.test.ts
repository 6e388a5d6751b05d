import { describe, expect, it } from 'vitest'
import { sharedData } from '../../../test/testkit/shared-data.ts'
import { type AnswerOptions, answer, replay } from '../../../test/testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps, quickRetries } from '../../../test/testkit/upstream/provider-deps.ts'
import type { GenerationEvent } from './llm.ts'
import { createOpenAiLlm } from './openai-llm.ts'

const signal = new AbortController().signal
const request = { messages: [{ role: 'user', content: 'a secret question' }] } as const

function setUp(fake: FakeOpenAi, apiKey: string | null = null) {
  const deps = providerDeps()
  const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'fake-model', apiKey } as const
  return createOpenAiLlm(config, { ...deps, limits: quickRetries })
}

async function generate(fake: FakeOpenAi) {
  const llm = setUp(fake)
  const events: GenerationEvent[] = await Array.fromAsync(llm.generate(request, signal))
  const end = events.at(-1)
  const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('')
  return { events, end, text }
}

async function generateFrom(text: string, options: AnswerOptions = {}) {
  await using fake = await startFakeOpenAi()
  fake.chat.enqueue(answer(text, options))
  return await generate(fake)
}

describe('an answer', () => {
  it('arrives as deltas and ends with its usage', async () => {
    const { events } = await generateFrom('One two.')
    expect(events).toEqual([
      { type: 'delta', text: 'One' },
      { type: 'delta', text: ' two.' },
      { type: 'end', finishReason: 'STOP', usage: { promptTokens: 7, completionTokens: 2 } },
    ])
  })

  it('ends without usage where the server does not count', async () => {
    const { end } = await generateFrom('One.', { usage: false })
    expect(end).toEqual({ type: 'end', finishReason: 'STOP', usage: null })
  })

  it('says when it was cut at its length', async () => {
    const { end } = await generateFrom('One', { finishReason: 'length' })
    expect(end).toMatchObject({ finishReason: 'LENGTH' })
  })

  it('is whole with a finish reason, [DONE] or not, broken connection or not', async () => {
    expect((await generateFrom('One.', { done: false })).end).toMatchObject({ finishReason: 'STOP' })
    await using fake = await startFakeOpenAi()
    fake.chat.enqueue(async (call) => {
      call.response.writeHead(200, { 'content-type': 'text/event-stream' })
      await call.write(
        'data: {"choices":[{"index":0,"delta":{"content":"One."},"finish_reason":"stop"}]}\n\n',
      )
      call.hangUp()
    })
    expect(await generate(fake)).toMatchObject({ text: 'One.', end: { finishReason: 'STOP', usage: null } })
  })

  it('leaves out what the model thinks, as a field or as a block', async () => {
    const { text } = await generateFrom('<think>Let me see.</think>\n\nForty-two.', {
      split: (whole) => Array.from(whole),
      reasoning: ['First', ' this'],
    })
    expect(text).toBe('Forty-two.')
  })
})

describe('the request', () => {
  it('is what the caller asked for, streamed, with usage', async () => {
    await using fake = await startFakeOpenAi()
    const llm = setUp(fake, 'sk-key')
    await Array.fromAsync(llm.generate({ ...request, maxTokens: 5, temperature: 0 }, signal))
    const [sent] = fake.chat.requests
    expect(sent?.headers.authorization).toBe('Bearer sk-key')
    expect(sent?.body).toEqual({
      model: 'fake-model',
      messages: [{ role: 'user', content: 'a secret question' }],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      temperature: 0,
    })
  })

  it('carries no authorization without a key', async () => {
    await using fake = await startFakeOpenAi()
    await generate(fake)
    expect(fake.chat.requests[0]?.headers.authorization).toBeUndefined()
  })
})

describe('recorded streams', () => {
  const recorded = [
    ['pydantic-ai/test_crusoe_model_streaming.sse', '1, 2, 3, 4, 5', 46, 14],
    [
      'pydantic-ai/test_deepseek_model_thinking_stream.sse',
      'Hello there! 😊 How can I help you today?',
      6,
      212,
    ],
    ['otel-openai/test_chat_completion_streaming.sse', '"This is a test."', 12, 5],
  ] as const
  for (const [file, text, promptTokens, completionTokens] of recorded) {
    const path = sharedData(`data/llm-wire/${file}`)
    for (const chunkBytes of [7, 1_000_000]) {
      it.skipIf(path === null)(`${file} in pieces of ${chunkBytes} bytes`, async () => {
        await using fake = await startFakeOpenAi()
        fake.chat.enqueue(replay(String(path), { chunkBytes }))
        const answered = await generate(fake)
        expect(answered).toMatchObject({
          text,
          end: { finishReason: 'STOP', usage: { promptTokens, completionTokens } },
        })
      })
    }
  }
})
