import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { kinds, logger } from '../../test/testkit/open-database.ts'
import { httpError, json, stall } from '../../test/testkit/upstream/failures.ts'
import { startFakeOpenAi } from '../../test/testkit/upstream/fake-openai.ts'
import { quickRetries, seriesValue } from '../../test/testkit/upstream/provider-deps.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { createEmbedders } from '../providers/embeddings/embedders.ts'
import { createOpenAiRerank } from '../providers/rerank/openai-rerank.ts'
import type { Rerank } from '../providers/rerank/rerank.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createRetriever } from './create-retriever.ts'
import type { RetrievalExplain } from './explain.ts'
import type { Retrieval, RetrieveRequest, Retriever } from './retrieval.ts'

const texts = ['a red fox', 'a brown fox jumps', 'bread and salt', 'a fox and a dog', 'water']

describe.each(kinds)('an explained retrieval on %s', () => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
    for (const [collection, even] of [
      ['default', 'x'],
      ['other', 'x'],
    ] as const) {
      const documents = texts.map((text, index) =>
        draft({ externalId: text, source: { text }, metadata: { kind: index % 2 === 0 ? even : 'y' } }),
      )
      await world.ingestions.accept(world.caller, collection, documents)
    }
    await world.work()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const request = (over: Partial<RetrieveRequest>): RetrieveRequest => ({
    query: 'red fox',
    collection: 'default',
    topK: 3,
    mode: 'HYBRID',
    filter: null,
    minScore: null,
    ...over,
  })
  const retrieve = (over: Partial<RetrieveRequest> = {}, retriever: Retriever = world.retriever) =>
    retriever.retrieve(world.caller, request(over), forever)

  async function explained(retrieval: Retrieval): Promise<RetrievalExplain> {
    if (!retrieval.explain) throw new Error('It is not explained')
    return retrieval.explain()
  }
  const ids = ({ hits }: Retrieval) => hits.map(({ chunk }) => chunk.id)
  const ran = ({ times }: RetrievalExplain) =>
    Object.entries(times).flatMap(([stage, time]) => (time === null ? [] : [stage]))

  function withReranker(reranker: Rerank | null, metrics = createMetrics()) {
    const { database, embedders } = world.dependencies
    return createRetriever({ database, embedders, reranker, metrics, logger })
  }

  test('tells the candidates, the strategy and the stages of each mode', async () => {
    const both = await explained(await retrieve())
    expect(both).toMatchObject({
      requestedMode: 'HYBRID',
      fallback: null,
      lexical: { candidates: 3 },
      vector: {
        candidates: 5,
        model: 'bag-of-words',
        strategy: 'EXACT',
        reason: 'FEW_PASSAGES',
        efSearch: null,
      },
      rerank: null,
      filter: null,
    })
    expect(ran(both)).toEqual(['embed_query', 'lexical', 'vector', 'fuse', 'total'])
    for (const time of Object.values(both.times)) expect(time ?? 0).toBeGreaterThanOrEqual(0)

    const words = await explained(await retrieve({ mode: 'LEXICAL' }))
    expect(words).toMatchObject({ requestedMode: 'LEXICAL', lexical: { candidates: 3 }, vector: null })
    expect(ran(words)).toEqual(['lexical', 'total'])

    const near = await explained(await retrieve({ mode: 'VECTOR' }))
    expect(near).toMatchObject({ requestedMode: 'VECTOR', lexical: null, vector: { candidates: 3 } })
    expect(ran(near)).toEqual(['embed_query', 'vector', 'total'])
  })

  test.each(['LEXICAL', 'VECTOR', 'HYBRID'] as const)(
    'counts what a filter leaves in the collection alone, %s',
    async (mode) => {
      const filter = { metadata: [{ path: ['kind'], equals: 'x' }] }
      expect((await explained(await retrieve({ mode, filter }))).filter).toEqual({
        matchingPassages: 3,
        collectionPassages: 5,
        complete: true,
      })
      const nothing = { metadata: [{ path: ['kind'], equals: 'z' }] }
      const none = await retrieve({ mode, filter: nothing })
      expect(none).toMatchObject({ hits: [], underfilled: true })
      expect((await explained(none)).filter).toMatchObject({ matchingPassages: 0, collectionPassages: 5 })
    },
  )

  test.each<[string, Partial<RetrieveRequest>, number, boolean]>([
    ['fewer words than topK', { mode: 'LEXICAL', query: 'bread', topK: 5 }, 1, false],
    ['fewer passages than topK', { mode: 'LEXICAL', query: 'fox', topK: 6 }, 3, true],
    ['no word at all', { mode: 'LEXICAL', query: 'xyzzy', topK: 5 }, 0, false],
    ['as many vectors as topK', { mode: 'VECTOR', topK: 5 }, 5, false],
    ['fewer vectors than topK', { mode: 'VECTOR', topK: 6 }, 5, true],
    ['as many of both', { mode: 'HYBRID', topK: 5 }, 5, false],
    ['fewer of both', { mode: 'HYBRID', topK: 6 }, 5, true],
    ['a score that none has', { mode: 'VECTOR', topK: 5, minScore: 1.1 }, 0, false],
  ])(
    'is underfilled only where too little matches the filter: %s',
    async (_what, over, hits, underfilled) => {
      const retrieval = await retrieve(over)
      expect(retrieval.hits).toHaveLength(hits)
      expect(retrieval.underfilled).toBe(underfilled)
      const filter = { metadata: [{ path: ['kind'], equals: 'x' }] }
      const topK = 3
      expect((await retrieve({ ...over, topK, filter })).underfilled).toBe(false)
      expect((await retrieve({ ...over, topK: topK + 1, filter })).underfilled).toBe(true)
    },
  )

  test('says why HYBRID ran as LEXICAL, and counts it', async () => {
    const { database, embedders } = world.dependencies
    const metrics = createMetrics()
    const dependencies = { database, reranker: null, metrics, logger }
    const wordless = await retrieve(
      {},
      createRetriever({ ...dependencies, embedders: createEmbedders(null, null) }),
    )
    expect(wordless.mode).toBe('LEXICAL')
    expect(await explained(wordless)).toMatchObject({
      requestedMode: 'HYBRID',
      fallback: 'OTHER_EMBEDDING_MODEL',
    })

    embeddings.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'No', { retryable: true })
    try {
      const failing = await retrieve({}, createRetriever({ ...dependencies, embedders }))
      expect(failing.mode).toBe('LEXICAL')
      const explanation = await explained(failing)
      expect(explanation).toMatchObject({
        fallback: 'EMBEDDING_FAILED',
        vector: null,
        lexical: { candidates: 3 },
      })
      expect(ran(explanation)).toContain('embed_query')
    } finally {
      embeddings.failWith = null
    }
    const fallbacks = { stage: 'embed_query' }
    expect(await seriesValue(metrics, 'groundwire_retrieval_fallbacks_total', fallbacks)).toBe(1)
  })

  test('orders by a reranking model, whose raw scores keep their order', async () => {
    const order = new Map([
      ['a fox and a dog', 7.5],
      ['a red fox', -3],
      ['a brown fox jumps', 1.5],
    ])
    const reranker: Rerank = {
      model: 'r',
      rerank: async (_query, given) => given.map((text) => order.get(text) ?? -9),
    }
    const found = await retrieve({}, withReranker(reranker))
    expect(found.hits.map(({ scores }) => scores.rerank)).toEqual([7.5, 1.5, -3])
    const scores = found.hits.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    for (const score of scores) expect(score > 0 && score < 1).toBe(true)
    expect((await explained(found)).rerank).toEqual({ candidates: 5, model: 'r', failed: false })
  })

  const scored = (...results: [index: unknown, relevance: unknown][]) =>
    json({ results: results.map(([index, relevance_score]) => ({ index, relevance_score })) })
  test.each([
    ['is down', httpError(503)],
    ['refuses', httpError(400)],
    ['does not answer', stall()],
    ['scores too few', scored([0, 1])],
    ['scores NaN', scored([0, 'NaN'], [1, 1], [2, 1], [3, 1], [4, 1])],
    ['scores what is not there', scored([0, 1], [1, 1], [2, 1], [3, 1], [5, 1])],
    ['scores one twice', scored([0, 1], [0, 1], [2, 1], [3, 1], [4, 1])],
  ])('keeps the fused order where the reranking model %s', async (_what, behaviour) => {
    await using fake = await startFakeOpenAi()
    fake.rerank.otherwise(behaviour)
    const metrics = createMetrics()
    const config = { kind: 'openai', baseUrl: fake.baseUrl, model: 'r', apiKey: null } as const
    const limits = { ...quickRetries, totalMs: 200 }
    const retriever = withReranker(createOpenAiRerank(config, { metrics, logger, limits }), metrics)
    const found = await retrieve({}, retriever)
    expect(ids(found)).toEqual(ids(await retrieve()))
    expect(found.hits.map(({ scores }) => scores.rerank)).toEqual([null, null, null])
    expect((await explained(found)).rerank).toEqual({ candidates: 5, model: 'r', failed: true })
    expect(await seriesValue(metrics, 'groundwire_retrieval_fallbacks_total', { stage: 'rerank' })).toBe(1)
  })
})
