import { describe, expect, it, onTestFinished } from 'vitest'
import { answer } from '../../../test/testkit/upstream/chat.ts'
import { httpError, stall } from '../../../test/testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import { providerDeps, quickRetries, seriesValue } from '../../../test/testkit/upstream/provider-deps.ts'
import { lookedAt, text, vllmQueue } from '../../../test/testkit/upstream/vllm.ts'
import { BusyError } from '../../errors.ts'
import { createOpenAiLlm, type LlmLimits } from './openai-llm.ts'

const signal = new AbortController().signal
const messages = [{ role: 'user', content: 'Why?' }] as const
const conversations = Array.from({ length: 24 }, (_, i) => `conversation ${i}`)

interface Options {
  readonly limits?: Partial<LlmLimits>
  readonly maxConcurrency?: number
  /** What each address answers on /health and /metrics; without it nobody looks. */
  readonly watched?: (fakes: readonly [FakeOpenAi, FakeOpenAi]) => void
}

/** Two addresses that share the load. */
async function setUp({ limits, maxConcurrency, watched }: Options = {}) {
  const fakes = [await startFakeOpenAi(), await startFakeOpenAi()] as const
  const [a, b] = fakes
  const deps = providerDeps()
  const baseUrls = fakes.map((fake) => fake.baseUrl)
  const config = { kind: 'openai', baseUrls, model: 'm', apiKey: null } as const
  const llm = createOpenAiLlm(
    { ...config, ...(maxConcurrency !== undefined && { maxConcurrency }) },
    { ...deps, limits: { ...quickRetries, ...limits } },
  )
  let watch: AsyncDisposable | undefined
  onTestFinished(async () => {
    await watch?.[Symbol.asyncDispose]()
    await Promise.all(fakes.map((fake) => fake.close()))
  })
  if (watched) {
    watched(fakes)
    watch = llm.watch({ everyMs: 1, silentEveryMs: 1 })
    await Promise.all(fakes.map((fake) => fake.health.received(2)))
  }
  const value = (name: string, labels: Record<string, string> = {}) =>
    seriesValue(deps.metrics, `groundwire_upstream_${name}`, { upstream: 'llm', ...labels })
  /** After how many seconds another generation may be asked for; null where it may now. */
  const refusal = (pending = 0): number | null => {
    try {
      llm.requireRoom(pending)
      return null
    } catch (error) {
      if (!(error instanceof BusyError)) throw error
      return error.retryAfterSeconds
    }
  }
  const run = (affinity?: string) =>
    Array.fromAsync(llm.generate({ messages, ...(affinity && { affinity }) }, signal))
  return { a, b, llm, run, refusal, value }
}

describe('the queue that an address reports', () => {
  it('sends requests to the other', async () => {
    const { a, b, run, value } = await setUp({
      watched: ([busy, idle]) => {
        busy.health.otherwise(text(200))
        busy.metrics.otherwise(vllmQueue(6, 3))
        idle.health.otherwise(text(200))
        idle.metrics.otherwise(vllmQueue(2, 0))
      },
    })
    for (let i = 0; i < 4; i += 1) await run()
    expect([a.chat.requests.length, b.chat.requests.length]).toEqual([0, 4])
    expect(await value('reported_requests', { base_url: a.baseUrl, state: 'waiting' })).toBe(3)
    expect(await value('reported_requests', { base_url: a.baseUrl, state: 'running' })).toBe(6)
    expect(await value('health', { base_url: b.baseUrl })).toBe(1)
  })

  it('is out of the world when the address does not report any more', async () => {
    const { a, run, value } = await setUp({ watched: ([busy]) => busy.metrics.otherwise(vllmQueue(6, 30)) })
    a.metrics.otherwise(httpError(404))
    a.health.otherwise(text(200))
    await lookedAt(a)
    for (let i = 0; i < 4; i += 1) await run()
    expect(a.chat.requests).toHaveLength(2)
    expect(await value('reported_requests', { base_url: a.baseUrl, state: 'waiting' })).toBeNull()
  })

  it('refuses new generations when it is long everywhere, with a time to come back', async () => {
    const { a, refusal, value } = await setUp({
      watched: (fakes) => {
        for (const fake of fakes) {
          fake.health.otherwise(text(200))
          fake.metrics.otherwise(vllmQueue(4, 40))
        }
      },
    })
    const seconds = refusal()
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(30)
    expect(await value('refusals_total')).toBe(1)
    a.metrics.otherwise(vllmQueue(4, 0))
    await lookedAt(a)
    expect(refusal()).toBeNull()
  })
})

describe('an address', () => {
  it('without /health and /metrics is used like any other', async () => {
    const { a, b, run, value } = await setUp({ watched: () => {} })
    for (let i = 0; i < 4; i += 1) await run()
    expect([a.chat.requests.length, b.chat.requests.length]).toEqual([2, 2])
    expect(await value('health', { base_url: a.baseUrl })).toBeNull()
  })

  it('that says it is down gets nothing while the other is there', async () => {
    const { a, b, run, value } = await setUp({ watched: ([down]) => down.health.otherwise(text(503)) })
    for (let i = 0; i < 4; i += 1) await run()
    expect([a.chat.requests.length, b.chat.requests.length]).toEqual([0, 4])
    expect(await value('health', { base_url: a.baseUrl })).toBe(0)
  })

  it('that was away is asked again as soon as it is seen again', async () => {
    const { a, b, run, value } = await setUp({
      limits: { failuresToOpen: 1, openMs: 3_600_000, maxOpenMs: 3_600_000 },
      watched: ([away]) => away.health.otherwise(text(503)),
    })
    a.chat.otherwise(httpError(503))
    b.chat.otherwise(httpError(503))
    await expect(run()).rejects.toThrow()
    expect(await value('state', { base_url: a.baseUrl })).toBe(2)
    a.chat.otherwise(answer('Back.'))
    a.health.otherwise(text(200))
    await lookedAt(a)
    expect((await run())[0]).toEqual({ type: 'delta', text: 'Back.' })
    expect(await value('state', { base_url: a.baseUrl })).toBe(0)
  })

  it('is watched within bounds of time and size', async () => {
    const endless = async ({ response, request }: Parameters<ReturnType<typeof stall>>[0]) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      }
      response.on('drain', more)
      more()
      await request.over
    }
    const { a, b, llm, run } = await setUp()
    a.health.otherwise(text(200))
    a.metrics.otherwise(endless)
    b.health.otherwise(stall())
    const watch = llm.watch({ everyMs: 1, silentEveryMs: 1 })
    await (await a.metrics.received(1)).over
    await a.health.received(2)
    await run()
    const hanging = await b.health.received(1)
    await watch[Symbol.asyncDispose]()
    await hanging.closedByClient
  })
})

describe('a conversation', () => {
  it('stays at its address, and others go elsewhere', async () => {
    const { a, b, run } = await setUp()
    for (const conversation of conversations) {
      const before = [a.chat.requests.length, b.chat.requests.length]
      for (let i = 0; i < 3; i += 1) await run(conversation)
      const grown = [a.chat.requests.length, b.chat.requests.length].map(
        (count, i) => count - Number(before[i]),
      )
      expect(grown.toSorted()).toEqual([0, 3])
    }
    expect(Math.min(a.chat.requests.length, b.chat.requests.length)).toBeGreaterThan(0)
  })

  it('goes on at the other address when its own fails', async () => {
    const { a, b, run, value } = await setUp()
    a.chat.otherwise(httpError(500))
    for (const conversation of conversations)
      expect((await run(conversation)).at(-1)).toMatchObject({ type: 'end' })
    expect(b.chat.requests).toHaveLength(conversations.length)
    expect(await value('failovers_total')).toBe(a.chat.requests.length)
    expect(a.chat.requests.length).toBeGreaterThan(0)
  })
})

it.each([401, 403, 404])(
  'status %i at one address is asked of the other; at both it is the answer',
  async (status) => {
    const { a, b, run } = await setUp()
    a.chat.otherwise(httpError(status))
    for (let i = 0; i < 2; i += 1) expect((await run()).at(-1)).toMatchObject({ type: 'end' })
    b.chat.otherwise(httpError(status))
    const before = a.chat.requests.length + b.chat.requests.length
    await expect(run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_REJECTED' } })
    expect(a.chat.requests.length + b.chat.requests.length).toBe(before + 2)
  },
)

describe('when all addresses have as many requests as they may', () => {
  it('a generation waits for a place and takes it', async () => {
    const { a, b, run, refusal, value } = await setUp({ maxConcurrency: 1 })
    const gates = [createGate(), createGate()] as const
    a.chat.enqueue(answer('x', { gates: { 0: gates[0] } }))
    b.chat.enqueue(answer('x', { gates: { 0: gates[1] } }))
    const held = [run(), run()]
    await Promise.all(gates.map((gate) => gate.reached))
    expect(await value('in_flight', { base_url: a.baseUrl })).toBe(1)
    expect(refusal(2)).toBeGreaterThanOrEqual(1)
    const waiting = [run(), run(), run()]
    gates[1].open()
    await Promise.all(waiting)
    expect([a.chat.requests.length, b.chat.requests.length]).toEqual([1, 4])
    gates[0].open()
    await Promise.all(held)
    expect(refusal()).toBeNull()
    expect(await value('in_flight', { base_url: a.baseUrl })).toBe(0)
  })

  it('it does not wait for ever, nor after an abort', async () => {
    const { a, b, llm, run, value } = await setUp({ maxConcurrency: 1, limits: { placeMs: 20 } })
    a.chat.enqueue(stall())
    b.chat.enqueue(stall())
    const leave = new AbortController()
    const held = [0, 1].map(() => llm.generate({ messages }, leave.signal).next())
    await Promise.all([a.chat.received(1), b.chat.received(1)])
    await expect(run()).rejects.toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } })
    expect(await value('faults_total', { fault: 'full' })).toBe(1)
    expect(a.chat.requests.length + b.chat.requests.length).toBe(2)
    leave.abort()
    await Promise.allSettled(held)
  })

  it('accepted ones count before they are sent', async () => {
    const { refusal } = await setUp({ maxConcurrency: 3 })
    expect([5, 6].map((pending) => refusal(pending) === null)).toEqual([true, false])
  })
})

it('Retry-After holds until it is over: for new generations, and for the address', async () => {
  const { a, b, llm, run, refusal } = await setUp()
  a.chat.enqueue(httpError(429, { retryAfter: 7 }))
  for (let i = 0; i < 5; i += 1) await run()
  expect(a.chat.requests.length).toBeLessThanOrEqual(1)
  expect(refusal()).toBeNull()
  b.chat.enqueue(httpError(429, { retryAfter: 5 }))
  a.chat.enqueue(httpError(429, { retryAfter: 7 }))
  const leave = new AbortController()
  const waiting = llm.generate({ messages }, leave.signal).next()
  await (await b.chat.received(b.chat.requests.length)).over
  await expect.poll(() => refusal()).toBe(5)
  leave.abort()
  await expect(waiting).rejects.toThrow()
})
