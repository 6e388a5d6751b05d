import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answer } from '../../../test/testkit/upstream/chat.ts'
import { httpError, stall } from '../../../test/testkit/upstream/failures.ts'
import { startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import { providerDeps, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { createOpenAiLlm } from './openai-llm.ts'

const request = { messages: [{ role: 'user', content: 'Why?' }] } as const

async function setUp(limits = {}) {
  const fake = await startFakeOpenAi()
  const deps = providerDeps()
  const config = { kind: 'openai', baseUrls: [fake.baseUrl], model: 'm', apiKey: null } as const
  const llm = createOpenAiLlm(config, { ...deps, limits })
  const aborted = () =>
    seriesValue(deps.metrics, 'groundwire_upstream_request_duration_seconds', { outcome: 'aborted' })
  return { fake, llm, aborted, caller: new AbortController() }
}

describe('an abort', () => {
  it('closes the request that waits for its first token, and is what the generator throws', async () => {
    const { fake, llm, caller, aborted } = await setUp()
    await using _ = fake
    fake.chat.enqueue(stall())
    const first = llm.generate(request, caller.signal).next()
    const received = await fake.chat.received(1)
    const reason = new DOMException('enough', 'AbortError')
    caller.abort(reason)
    await expect(first).rejects.toBe(reason)
    await received.closedByClient
    expect(await aborted()).toBe(1)
    expect(fake.chat.requests).toHaveLength(1)
  })

  it('closes the request between tokens, even while nobody reads', async () => {
    const { fake, llm, caller } = await setUp()
    await using _ = fake
    const gate = createGate()
    fake.chat.enqueue(answer('One two', { gates: { 1: gate } }))
    const stream = llm.generate(request, caller.signal)
    expect(await stream.next()).toMatchObject({ value: { text: 'One' } })
    caller.abort()
    await (await fake.chat.received(1)).closedByClient
    await expect(stream.next()).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('ends the wait before a retry', async () => {
    const { fake, llm, caller } = await setUp()
    await using _ = fake
    fake.chat.otherwise(httpError(503, { retryAfter: 25 }))
    const first = llm.generate(request, caller.signal).next()
    await (await fake.chat.received(1)).over
    caller.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    expect(fake.chat.requests).toHaveLength(1)
  })

  it('before the call makes no request', async () => {
    const { fake, llm, caller } = await setUp()
    await using _ = fake
    caller.abort()
    await expect(llm.generate(request, caller.signal).next()).rejects.toMatchObject({ name: 'AbortError' })
    expect(fake.requests).toHaveLength(0)
  })
})

describe('return()', () => {
  it('closes the request between tokens', async () => {
    const { fake, llm, caller, aborted } = await setUp()
    await using _ = fake
    fake.chat.enqueue(answer('One two', { gates: { 1: createGate() } }))
    for await (const event of llm.generate(request, caller.signal)) {
      expect(event).toEqual({ type: 'delta', text: 'One' })
      break
    }
    await (await fake.chat.received(1)).closedByClient
    expect(await aborted()).toBe(1)
  })

  it('closes the request while next() is blocked, which then ends as done', async () => {
    const { fake, llm, caller } = await setUp()
    await using _ = fake
    const gate = createGate()
    fake.chat.enqueue(answer('One two', { gates: { 1: gate } }))
    const stream = llm.generate(request, caller.signal)
    await stream.next()
    const blocked = stream.next()
    await gate.reached
    await stream.return()
    expect(await blocked).toEqual({ done: true, value: undefined })
    await (await fake.chat.received(1)).closedByClient
  })
})

it('does not take a slow reader for a slow upstream', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { fake, llm, caller } = await setUp({ betweenTokensMs: 20_000 })
  await using _ = fake
  const gate = createGate()
  fake.chat.enqueue(answer('One two', { gates: { 1: gate } }))
  const stream = llm.generate(request, caller.signal)
  await stream.next()
  await vi.advanceTimersByTimeAsync(60_000)
  gate.open()
  expect(await stream.next()).toMatchObject({ value: { text: ' two' } })
  await stream.return()
})
