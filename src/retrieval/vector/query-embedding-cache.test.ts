import { expect, test } from 'vitest'
import { embed } from '../../../test/testkit/upstream/embeddings.ts'
import { httpError } from '../../../test/testkit/upstream/failures.ts'
import { startFakeOpenAi } from '../../../test/testkit/upstream/fake-openai.ts'
import { createGate } from '../../../test/testkit/upstream/gate.ts'
import {
  openAiConfig,
  providerDeps,
  quickRetries,
  seriesValue,
} from '../../../test/testkit/upstream/provider-deps.ts'
import { createOpenAiEmbeddings } from '../../providers/embeddings/openai-embeddings.ts'
import { vectorBytes } from './passage-vector.ts'
import { createQueryEmbeddingCache, type QueryEmbeddingCacheLimits } from './query-embedding-cache.ts'

const never = new AbortController().signal
const MiB = 1024 * 1024
/** Of 64 dimensions. */
const bytes64 = vectorBytes(new Float32Array(64)).length

async function setUp(limits: QueryEmbeddingCacheLimits = { entries: 100, bytes: MiB }) {
  const fake = await startFakeOpenAi()
  const deps = providerDeps()
  const embeddings = (model: string) =>
    createOpenAiEmbeddings(openAiConfig(fake.baseUrl, { model }), { ...deps, limits: quickRetries })
  const cache = createQueryEmbeddingCache({ metrics: deps.metrics, limits })
  const model = embeddings('m')
  const ask = (text: string, workspace = 'w', signal = never) => cache.embed(model, workspace, text, signal)
  const counted = (outcome: string) =>
    seriesValue(deps.metrics, 'groundwire_query_embedding_cache_requests_total', { outcome })
  return {
    ...deps,
    fake,
    cache,
    embeddings,
    ask,
    counted,
    [Symbol.asyncDispose]: () => fake.close(),
  }
}

test('an equal question is not sent again, and an unequal one is', async () => {
  await using world = await setUp()
  const first = await world.ask('how do tides come?')
  expect(await world.ask('  how do tides come? ')).toEqual(first)
  await world.ask('How do tides come?')
  expect(world.fake.requests).toHaveLength(2)
  expect([await world.counted('hit'), await world.counted('miss')]).toEqual([1, 2])
})

test('another workspace and another model ask for themselves', async () => {
  await using world = await setUp()
  await world.ask('tides', 'one')
  await world.ask('tides', 'two')
  await world.cache.embed(world.embeddings('other'), 'one', 'tides', never)
  expect(world.fake.requests).toHaveLength(3)
})

test('a hundred equal questions at once are one request', async () => {
  await using world = await setUp()
  const gate = createGate()
  world.fake.embeddings.enqueue(async (call) => {
    if (await call.wait(gate.pass())) await embed({ dimensions: 64 })(call)
  })
  const asked = Array.from({ length: 100 }, () => world.ask('tides'))
  await gate.reached
  gate.open()
  const answers = await Promise.all(asked)
  expect(new Set(answers).size).toBe(1)
  expect(world.fake.requests).toHaveLength(1)
  expect([await world.counted('shared'), await world.counted('miss')]).toEqual([99, 1])
})

test('who leaves takes the answer from nobody else, and the last to leave ends the request', async () => {
  await using world = await setUp()
  const gate = createGate()
  world.fake.embeddings.otherwise(async (call) => {
    if (await call.wait(gate.pass())) await embed({ dimensions: 64 })(call)
  })
  const [one, two, three] = [new AbortController(), new AbortController(), new AbortController()]
  const first = world.ask('tides', 'w', one.signal)
  const second = world.ask('tides', 'w', two.signal)
  await gate.reached
  one.abort(new DOMException('left', 'AbortError'))
  await expect(first).rejects.toMatchObject({ message: 'left' })
  gate.open()
  expect(await second).toHaveLength(bytes64)

  const closed = createGate()
  world.fake.embeddings.otherwise(async (call) => void (await call.wait(closed.pass())))
  const alone = world.ask('winds', 'w', three.signal)
  const request = await world.fake.embeddings.received(2)
  three.abort(new DOMException('left', 'AbortError'))
  await expect(alone).rejects.toMatchObject({ message: 'left' })
  await request.closedByClient
  world.fake.embeddings.otherwise(embed({ dimensions: 64 }))
  expect(await world.ask('winds')).toHaveLength(bytes64)
})

test('a failure is told to all who wait and kept for nobody', async () => {
  await using world = await setUp()
  world.fake.embeddings.enqueue(httpError(400))
  const failed = await Promise.allSettled([world.ask('tides'), world.ask('tides')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await world.ask('tides')).toHaveLength(bytes64)
  expect(world.fake.requests).toHaveLength(2)
})

test('it keeps so many entries, those that were used last', async () => {
  await using world = await setUp({ entries: 2, bytes: MiB })
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await world.ask(text)
  expect(world.fake.embeddings.requests.map(({ body }) => body.input[0])).toEqual(['a', 'b', 'c', 'b'])
  expect(await seriesValue(world.metrics, 'groundwire_query_embedding_cache_entries', {})).toBe(2)
})

test('it keeps so many bytes, and nothing that is larger', async () => {
  await using world = await setUp({ entries: 100, bytes: 4_000 })
  for (const text of ['a', 'b', 'c', 'd', 'e', 'x'.repeat(8_000)]) await world.ask(text)
  const bytes = await seriesValue(world.metrics, 'groundwire_query_embedding_cache_bytes', {})
  expect(bytes).toBeLessThanOrEqual(4_000)
  await world.ask('x'.repeat(8_000))
  expect(world.fake.requests).toHaveLength(7)
})
