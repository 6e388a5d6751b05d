import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/testkit/chaos/random.ts'
import { bagOfWords } from '../../../test/testkit/upstream/bag-of-words.ts'
import { embed } from '../../../test/testkit/upstream/embeddings.ts'
import { httpError, reset, stall } from '../../../test/testkit/upstream/failures.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { countInFlight, flaky } from '../../../test/testkit/upstream/flaky.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import { gated } from '../../../test/testkit/upstream/gated.ts'
import {
  openAiConfig,
  providerDeps,
  quickRetries,
  seriesValue,
} from '../../../test/testkit/upstream/provider-deps.ts'
import { createOpenAiEmbeddings, type EmbeddingLimits } from './openai-embeddings.ts'

const never = new AbortController().signal
const dimensions = 16
const works = embed({ dimensions })

function setUp(fake: FakeOpenAi, limits: Partial<EmbeddingLimits> = {}) {
  const config = openAiConfig(fake.baseUrl, { dimensions })
  const deps = providerDeps()
  const embeddings = createOpenAiEmbeddings(config, { ...deps, limits: { ...quickRetries, ...limits } })
  return {
    embeddings,
    allowed: () =>
      seriesValue(deps.metrics, 'groundwire_upstream_allowed_requests', { upstream: 'embeddings' }),
    circuit: () => seriesValue(deps.metrics, 'groundwire_upstream_state', { upstream: 'embeddings' }),
  }
}

const texts = (count: number, name = 'text') => Array.from({ length: count }, (_, i) => `${name} number ${i}`)
const one = { batch: { texts: 1, characters: 1_000 } }

describe('with three of ten requests failing at random', () => {
  it.each([
    ['with 429', [httpError(429)]],
    ['with 429 and Retry-After', [httpError(429, { retryAfter: 0 })]],
    ['with 500', [httpError(500)]],
    ['with 503 and Retry-After', [httpError(503, { retryAfter: 0 })]],
    ['with resets', [reset()]],
    ['with stalls', [stall()]],
    ['in all ways', [httpError(429), httpError(500), reset(), stall()]],
  ])('%s, 2,000 passages get their vectors', async (_, failures) => {
    await using fake = await startFakeOpenAi({ dimensions })
    const inFlight = countInFlight()
    fake.embeddings.otherwise(inFlight.around(flaky(seededRandom(7), 0.3, failures, works)))
    // Which batch meets which failure depends on the timing: with more attempts than by default, chance fails no test.
    const { embeddings, circuit } = setUp(fake, { requestMs: 250, openMs: 20, passageRetries: 14 })
    const input = texts(2_000)
    const vectors = await embeddings.embed(input, 'passage', never)
    for (const [i, text] of input.entries()) {
      expect(Array.from(vectors[i] ?? [])).toEqual(Array.from(bagOfWords(text, dimensions)))
    }
    expect(fake.embeddings.requests.length).toBeGreaterThan(70)
    expect(inFlight.most).toBeLessThanOrEqual(4)
    expect(await circuit()).toBe(0)
  })
})

describe('requests for passages', () => {
  it('are bounded over all documents together', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    const gates = Array.from({ length: 12 }, createGate)
    fake.embeddings.enqueue(...gates.map((gate) => gated(gate, works)))
    const { embeddings } = setUp(fake, { ...one, concurrency: 3 })
    const documents = ['a', 'b', 'c'].map((name) => embeddings.embed(texts(4, name), 'passage', never))
    await fake.embeddings.received(3)
    for (const [i, gate] of gates.entries()) {
      gate.open()
      await fake.embeddings.received(Math.min(12, 4 + i))
      expect(fake.embeddings.requests).toHaveLength(Math.min(12, 4 + i))
    }
    expect((await Promise.all(documents)).map(({ length }) => length)).toEqual([4, 4, 4])
  })

  it('get fewer with 429, wait for as long as it says, and get more again', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    const { embeddings, allowed } = setUp(fake, { ...one, concurrency: 4 })
    expect(await allowed()).toBe(4)
    fake.embeddings.enqueue(httpError(429, { retryAfter: 0 }))
    const first = embeddings.embedEach(texts(1), never)
    await first.next()
    expect(await allowed()).toBe(2)
    await embeddings.embed(texts(30), 'passage', never)
    expect(await allowed()).toBe(4)
  })

  it('hold nobody up who asks a question meanwhile', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    const { embeddings } = setUp(fake)
    fake.embeddings.enqueue(httpError(429, { retryAfter: 50 }))
    const caller = new AbortController()
    const passages = embeddings.embed(['a passage'], 'passage', caller.signal)
    await (await fake.embeddings.received(1)).over
    expect(await embeddings.embed(['a question'], 'query', never)).toHaveLength(1)
    expect(fake.embeddings.requests).toHaveLength(2)
    caller.abort(new Error('enough'))
    await expect(passages).rejects.toThrow('enough')
  })

  it('to a server that is down fail soon, and may be repeated', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.otherwise(reset())
    const limits = { openMs: 10, maxOpenMs: 1_000, circuitPatienceMs: 50 }
    const { embeddings, circuit } = setUp(fake, limits)
    const failure = { code: 'UPSTREAM_UNAVAILABLE', retryable: true }
    await expect(embeddings.embed(texts(2_000), 'passage', never)).rejects.toMatchObject({ failure })
    expect(await circuit()).toBe(2)
    // Eight to open the circuit, those under way then, and a few probes, for 63 batches.
    expect(fake.embeddings.requests.length).toBeLessThan(20)
  })

  it('go on where the server is back before patience ends', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.enqueue(...Array.from({ length: 10 }, () => reset()))
    const { embeddings, circuit } = setUp(fake, { openMs: 10, maxOpenMs: 20 })
    expect(await embeddings.embed(texts(2_000), 'passage', never)).toHaveLength(2_000)
    expect(await circuit()).toBe(0)
  })
})

describe('passages one by one', () => {
  it('come as they finish, with their place', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    const gate = createGate()
    const { embeddings } = setUp(fake, { batch: { texts: 2, characters: 1_000 }, concurrency: 2 })
    fake.embeddings.otherwise((call) =>
      (call.request.body.input[0] === 'text number 0' ? gated(gate, works) : works)(call),
    )
    const starts: number[] = []
    for await (const { start, vectors } of embeddings.embedEach(texts(5), never)) {
      starts.push(start)
      expect(vectors).toHaveLength(start === 4 ? 1 : 2)
      if (start === 4) gate.open()
    }
    expect(starts).toEqual([2, 4, 0])
  })

  it('are not asked for while the consumer is busy', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    const { embeddings } = setUp(fake, { ...one, concurrency: 3 })
    const runs = embeddings.embedEach(texts(9), never)
    await runs.next()
    await Promise.all([1, 2, 3].map(async (n) => (await fake.embeddings.received(n)).over))
    await embeddings.embed(['a question'], 'query', never)
    expect(fake.embeddings.requests).toHaveLength(4)
    await runs.return()
  })

  it('leave no request behind when the consumer leaves', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.enqueue(works)
    fake.embeddings.otherwise(stall())
    const { embeddings } = setUp(fake, { ...one, concurrency: 3 })
    for await (const _ of embeddings.embedEach(texts(9), never)) break
    await Promise.all(fake.embeddings.requests.map(({ over }) => over))
    expect(fake.embeddings.requests.length).toBeLessThanOrEqual(3)
  })

  it('end all their requests with an abort, those that wait too', async () => {
    await using fake = await startFakeOpenAi({ dimensions })
    fake.embeddings.otherwise(stall())
    const { embeddings } = setUp(fake, { ...one, concurrency: 2 })
    const caller = new AbortController()
    const calls = [1, 2].map(() => embeddings.embed(texts(9), 'passage', caller.signal))
    const ended = Promise.allSettled(calls)
    await fake.embeddings.received(2)
    const reason = new Error('enough')
    caller.abort(reason)
    expect(await ended).toEqual(calls.map(() => ({ status: 'rejected', reason })))
    await Promise.all(fake.embeddings.requests.map(({ closedByClient }) => closedByClient))
    expect(fake.embeddings.requests).toHaveLength(2)
  })
})
