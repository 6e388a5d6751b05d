import { afterAll, expect, it } from 'vitest'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { providerDeps, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { recordSpans } from '../../../test/testkit/upstream/recorded-spans.ts'
import { createOpenAiLlm } from './openai-llm.ts'

const spans = recordSpans()
afterAll(() => spans[Symbol.asyncDispose]())

async function generate(
  fake: FakeOpenAi,
  deps: ReturnType<typeof providerDeps> & { captureContent?: boolean },
): Promise<void> {
  const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'fake-model', apiKey: null } as const
  const request = { messages: [{ role: 'user', content: 'a secret question' }] } as const
  await Array.fromAsync(createOpenAiLlm(config, deps).generate(request, new AbortController().signal))
}

it('spans the call with names and counts, without content', async () => {
  await using fake = await startFakeOpenAi()
  await generate(fake, providerDeps())
  const [span] = spans.finished()
  expect(span?.name).toBe('chat fake-model')
  expect(span?.kind).toBe(2)
  expect(span?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'fake-model',
    'gen_ai.response.model': 'fake-model',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 5,
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(fake.baseUrl).port),
  })
  expect(JSON.stringify(span?.attributes)).not.toMatch(/secret|Hello/)
})

it('holds the messages in the span where that is asked for', async () => {
  await using fake = await startFakeOpenAi()
  await generate(fake, { ...providerDeps(), captureContent: true })
  const attributes = spans.finished().at(-1)?.attributes
  expect(JSON.parse(String(attributes?.['gen_ai.input.messages']))).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'a secret question' }] },
  ])
  expect(JSON.parse(String(attributes?.['gen_ai.output.messages']))).toEqual([
    {
      role: 'assistant',
      parts: [{ type: 'text', content: 'Hello from the fake model.' }],
      finish_reason: 'stop',
    },
  ])
})

it('counts tokens, the time to the first and between them, and the request', async () => {
  await using fake = await startFakeOpenAi()
  const deps = providerDeps()
  await generate(fake, deps)
  const model = 'fake-model'
  const value = (name: string, labels: Record<string, string>) =>
    seriesValue(deps.metrics, `groundwire_${name}`, labels)
  expect(await value('time_to_first_token_seconds', { model })).toBe(1)
  expect(await value('time_between_tokens_seconds', { model })).toBe(4)
  expect(await value('tokens_total', { model, direction: 'prompt' })).toBe(7)
  expect(await value('tokens_total', { model, direction: 'completion' })).toBe(5)
  expect(await value('upstream_request_duration_seconds', { upstream: 'llm', outcome: 'ok' })).toBe(1)
  expect(await value('upstream_state', { upstream: 'llm', base_url: fake.baseUrl })).toBe(0)
})
