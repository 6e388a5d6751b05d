import { expect, it } from 'vitest'
import { answer } from '../../../test/testkit/upstream/chat.ts'
import { httpError } from '../../../test/testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import { providerDeps, quickRetries, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { createOpenAiLlm, type LlmLimits } from './openai-llm.ts'

const signal = new AbortController().signal
const request = { messages: [{ role: 'user', content: 'Why?' }] } as const

function setUp(fakes: readonly FakeOpenAi[], limits: Partial<LlmLimits> = {}) {
  const deps = providerDeps()
  const baseUrls = fakes.map((fake) => fake.baseUrl)
  const config = { kind: 'openai', baseUrls, model: 'm', apiKey: null } as const
  const llm = createOpenAiLlm(config, { ...deps, limits: { ...quickRetries, ...limits } })
  const state = (fake: FakeOpenAi) =>
    seriesValue(deps.metrics, 'groundwire_upstream_state', { upstream: 'llm', base_url: fake.baseUrl })
  return { llm, state, run: () => Array.fromAsync(llm.generate(request, signal)) }
}

it('sends a request where the fewest are in flight', async () => {
  await using a = await startFakeOpenAi()
  await using b = await startFakeOpenAi()
  const gates = [createGate(), createGate()]
  for (const [i, fake] of [a, b].entries()) {
    const gate = gates[i]
    fake.chat.enqueue(answer('x', gate ? { gates: { 0: gate } } : {}))
  }
  const { run } = setUp([a, b])
  const held = [run(), run()]
  await Promise.all([a.chat.received(1), b.chat.received(1)])
  gates[0]?.open()
  await held[(await Promise.race(held.map(async (one, i) => one.then(() => i)))) ?? 0]
  // One address is free again, the other still holds its request.
  await run()
  await run()
  expect([a.chat.requests.length, b.chat.requests.length]).toEqual([3, 1])
  gates[1]?.open()
  await Promise.all(held)
})

it('moves to the other address at once when one fails', async () => {
  await using a = await startFakeOpenAi()
  await using b = await startFakeOpenAi()
  a.chat.otherwise(httpError(503, { retryAfter: 20 }))
  const { run } = setUp([a, b])
  for (let i = 0; i < 4; i += 1) expect((await run()).at(-1)).toMatchObject({ type: 'end' })
  expect(a.chat.requests.length).toBeGreaterThan(0)
  expect(b.chat.requests).toHaveLength(4)
})

it('skips an address whose circuit is open', async () => {
  await using a = await startFakeOpenAi()
  await using b = await startFakeOpenAi()
  a.chat.otherwise(httpError(500))
  const { run, state } = setUp([a, b], { failuresToOpen: 2, openMs: 60_000 })
  for (let i = 0; i < 10; i += 1) await run()
  expect(a.chat.requests).toHaveLength(2)
  expect(b.chat.requests).toHaveLength(10)
  expect([await state(a), await state(b)]).toEqual([2, 0])
})

it('fails without a request while the only circuit is open, and closes it when a probe is answered', async () => {
  await using fake = await startFakeOpenAi()
  fake.chat.otherwise(httpError(500))
  const closed = setUp([fake], { failuresToOpen: 1, openMs: 60_000, retries: 0 })
  await expect(closed.run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } })
  await expect(closed.run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } })
  expect(fake.chat.requests).toHaveLength(1)

  const probing = setUp([fake], { failuresToOpen: 1, openMs: 0, retries: 0 })
  await expect(probing.run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } })
  expect(await probing.state(fake)).toBe(2)
  const gate = createGate()
  fake.chat.otherwise(answer('One two', { gates: { 1: gate } }))
  const stream = probing.llm.generate(request, signal)
  await stream.next()
  // The first token closes it: the stream can go on for minutes.
  expect(await probing.state(fake)).toBe(0)
  await stream.return()
})

it('does not count a refused request against the address', async () => {
  await using fake = await startFakeOpenAi()
  fake.chat.otherwise(httpError(404))
  const { run, state } = setUp([fake], { failuresToOpen: 1 })
  await expect(run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_REJECTED' } })
  expect(await state(fake)).toBe(0)
})

it('counts streams that break off against the address', async () => {
  await using fake = await startFakeOpenAi()
  fake.chat.otherwise(answer('One two', { breakAfter: { chunks: 1, how: 'hang-up' } }))
  const { run, state } = setUp([fake], { failuresToOpen: 2 })
  await expect(run()).rejects.toThrow()
  await expect(run()).rejects.toThrow()
  expect(await state(fake)).toBe(2)
})
