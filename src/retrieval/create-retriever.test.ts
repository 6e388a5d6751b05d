import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { kinds, logger } from '../../test/testkit/open-database.ts'
import { bagOfWords } from '../../test/testkit/upstream/bag-of-words.ts'
import { ForbiddenError, NotFoundError, UnavailableError } from '../errors.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { createEmbedders } from '../providers/embeddings/embedders.ts'
import { createRetriever } from './create-retriever.ts'
import { analyze } from './lexical/analyze.ts'
import type { DocumentFilter, MetadataCondition, RetrieveRequest } from './retrieval.ts'
import { passageForEmbedding } from './vector/passage-vector.ts'

const corpus = [
  ['tower', 'The tower is 300 metres tall. The tower was finished in 1889.'],
  ['bridge', 'The bridge is two kilometres long and made of steel.'],
  ['towers', 'Two towers stand beside the long bridge over the river.'],
  ['river', 'The river is long, and the river is cold.'],
  ['unrelated', 'Bread needs flour, water, salt and time.'],
  ['tokyo', '東京タワーは高い。'],
] as const

const documents = corpus.map(([externalId, text], index) =>
  draft({
    externalId,
    title: externalId,
    language: externalId === 'tokyo' ? 'ja' : 'en',
    source: { text },
    mimeType: index % 2 === 0 ? 'text/plain' : 'text/markdown',
    metadata: [
      { year: 1889, team: 'a', tags: ['old'], author: { name: 'Ann' }, open: true },
      { year: 1932, team: 'b', author: { name: 'Bob' }, open: false },
      { year: '1889', team: 'a', 'odd"key}': 1 },
      { year: null, team: null },
      { year: 2001.5 },
      {},
    ][index],
  }),
)

/**
 * BM25 as its paper and Lucene's idf have it, over the words of the passages: those of a language count among
 * themselves, and a function word of a query weighs 0.1.
 */
function referenceScores(query: string, passages: readonly { id: string; words: readonly string[] }[]) {
  const k1 = 0.9
  const b = 0.4
  const average = passages.reduce((sum, { words }) => sum + words.length, 0) / passages.length
  const english = passages.length - 1
  const scores = passages.map(({ id, words }) => {
    let score = 0
    for (const term of new Set(analyze(query))) {
      const part = ['the', 'of'].includes(term) ? 0.1 : 1
      const n = passages.filter((passage) => passage.words.includes(term)).length
      const idf = part * Math.log(1 + (english - n + 0.5) / (n + 0.5))
      const tf = words.filter((word) => word === term).length
      score += (idf * tf * (k1 + 1)) / (tf + k1 * (1 - b + (b * words.length) / average))
    }
    return { id, score }
  })
  return scores.filter(({ score }) => score > 0).sort((x, y) => y.score - x.score)
}

describe.each(kinds)('retrieval on %s', () => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
    await world.ingestions.accept(world.caller, 'default', documents)
    await world.work()
    await world.fold('default')
    const weights = await world.rows<{ exact: boolean }>(
      'SELECT abs(weights_length - terms::float8 / chunks) < 1e-9 AS exact FROM lexical_statistic',
    )
    expect(weights).toEqual([{ exact: true }])
    await world.ingestions.accept(world.caller, 'empty', [draft('to be cancelled')])
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const retrieve = (
    request: Partial<RetrieveRequest>,
    { retriever, caller }: Pick<IngestWorld, 'retriever' | 'caller'> = world,
  ) =>
    retriever.retrieve(
      caller,
      {
        query: 'long tower',
        collection: 'default',
        topK: 10,
        mode: 'LEXICAL',
        filter: null,
        minScore: null,
        ...request,
      },
      forever,
    )
  async function names(hits: Awaited<ReturnType<typeof retrieve>>['hits']): Promise<string[]> {
    const rows = await world.database.prisma.document.findMany()
    const byId = new Map(rows.map(({ id, externalId }) => [id, externalId ?? '']))
    return hits.map(({ chunk }) => byId.get(chunk.documentId) ?? '')
  }

  test.each([
    'long tower',
    'the river',
    'tower tower bridge',
    'two towers of steel',
    '東京',
    'bread nothing',
  ])('LEXICAL scores %j as BM25 is defined', async (query) => {
    const passages = corpus.map(([id, text]) => ({ id, words: analyze(`${id}\n${text}`) }))
    const expected = referenceScores(query, passages)
    const { hits, mode } = await retrieve({ query })
    expect(mode).toBe('LEXICAL')
    expect(await names(hits)).toEqual(expected.map(({ id }) => id))
    for (const [index, { id, score }] of expected.entries()) {
      expect(hits[index]?.scores.lexical, id).toBeCloseTo(score, 4)
      expect(hits[index]?.rank).toBe(index + 1)
      expect(hits[index]?.score).toBeGreaterThan(0)
      expect(hits[index]?.score).toBeLessThanOrEqual(1)
      expect(hits[index]?.scores).toMatchObject({ vector: null, rerank: null })
    }
  })

  test('the words of a conversation lift what it is about, below what has those of the query', async () => {
    const about = (text: string) => ({
      query: 'how long is it',
      phrases: false,
      context: { standalone: text, words: [{ text, weight: 0.4 }] },
    })
    const { hits } = await retrieve(about('Tell me of the bridge made of steel'))
    expect((await names(hits))[0]).toBe('bridge')
    expect((await names((await retrieve(about('Is the river cold?'))).hits))[0]).toBe('river')
    const other = await retrieve({ ...about('Is the river cold?'), query: 'flour and salt' })
    expect((await names(other.hits)).slice(0, 2)).toEqual(['unrelated', 'river'])
    // Without a word of its own that any passage has, it is found by those.
    const nothing = await retrieve({ ...about('Is the river cold?'), query: 'pourquoi' })
    expect((await names(nothing.hits))[0]).toBe('river')
    // Models are given what can be understood by itself.
    const vector = await retrieve({ ...about('Bread needs flour, water, salt and time.'), mode: 'VECTOR' })
    expect((await names(vector.hits))[0]).toBe('unrelated')
  })

  test.each([
    ['"300 metres tall" river', ['tower']],
    ['"long bridge" tower', ['towers']],
    ['“THE RIVER is”', ['river']],
    ['"is long" "is cold"', ['river']],
    ['"bridge long"', []],
    ['"tower"', ['tower']],
    ['"東京タワー"', ['tokyo']],
    ['塔 "京タワ"', ['tokyo']],
    ['"no such phrase" tower', []],
    ['"unrelated"', ['unrelated']],
    ['river "open', ['river', 'towers']],
  ])('LEXICAL keeps to the phrases of %s', async (query, expected) => {
    const { hits, underfilled } = await retrieve({ query })
    expect(await names(hits)).toEqual(expected)
    expect(underfilled).toBe(true)
    for (const { scores } of hits) expect(scores.lexical).toBeGreaterThan(0)
  })

  test('HYBRID and VECTOR keep to phrases, and to a filter with them', async () => {
    for (const mode of ['HYBRID', 'VECTOR'] as const) {
      const { hits } = await retrieve({ mode, query: '"long bridge" tower' })
      expect(await names(hits)).toEqual(['towers'])
      expect((await retrieve({ mode, query: '"no such phrase" tower' })).hits).toEqual([])
      const filter = { externalIds: ['tower'] }
      expect((await retrieve({ mode, query: '"long bridge" tower', filter })).hits).toEqual([])
      expect(await names((await retrieve({ mode, query: '"tower" bridge', filter })).hits)).toEqual(['tower'])
    }
  })

  test('quotes mean nothing where phrases are not asked for', async () => {
    const { hits } = await retrieve({ query: '"no such phrase" tower', phrases: false })
    expect(await names(hits)).toContain('tower')
  })

  test.each(['東', '高', 'タ'])('a single character finds: %s', async (query) => {
    expect(await names((await retrieve({ query })).hits)).toEqual(['tokyo'])
  })

  test('a query of function words finds', async () => {
    expect(await names((await retrieve({ query: 'the' })).hits)).toEqual(
      expect.arrayContaining(['tower', 'bridge', 'river']),
    )
  })

  test('returns passages as they are stored', async () => {
    const { hits } = await retrieve({ query: 'bread' })
    const stored = await world.database.prisma.chunk.findUniqueOrThrow({
      where: { id: hits[0]?.chunk.id ?? '' },
    })
    expect(hits[0]?.chunk).toEqual(stored)
  })

  test('VECTOR scores are cosine similarities', async () => {
    const { hits } = await retrieve({ mode: 'VECTOR', query: 'the river' })
    const [query] = [bagOfWords('the river', embeddings.dimensions)]
    const expected = corpus
      .map(([title, text]) => {
        const vector = bagOfWords(passageForEmbedding({ title, headings: [], text }), embeddings.dimensions)
        return {
          title,
          similarity: vector.reduce((sum, value, index) => sum + value * (query?.[index] ?? 0), 0),
        }
      })
      .sort((a, b) => b.similarity - a.similarity)
    expect(hits).toHaveLength(corpus.length)
    expect((await names(hits))[0]).toBe(expected[0]?.title)
    for (const [index, { similarity }] of expected.entries()) {
      expect(hits[index]?.scores.vector).toBeCloseTo(similarity, 2)
      expect(hits[index]?.score).toBeCloseTo(Math.max(0, similarity), 2)
    }
  })

  test('HYBRID ranks by words and meaning together, with the scores that each retriever gives', async () => {
    const query = 'the river is long'
    const [words, vectors, both] = await Promise.all([
      retrieve({ query }),
      retrieve({ query, mode: 'VECTOR' }),
      retrieve({ query, mode: 'HYBRID' }),
    ])
    expect(both.mode).toBe('HYBRID')
    const found = (hits: typeof words.hits, id: string) => hits.find(({ chunk }) => chunk.id === id)
    for (const { chunk, scores } of both.hits) {
      expect(scores.lexical).toBe(found(words.hits, chunk.id)?.scores.lexical ?? null)
      expect(scores.vector).toBe(found(vectors.hits, chunk.id)?.scores.vector ?? null)
    }
    expect(new Set(both.hits.map(({ chunk }) => chunk.id))).toEqual(
      new Set([...words.hits, ...vectors.hits].map(({ chunk }) => chunk.id)),
    )
    expect(await names(both.hits.slice(0, 1))).toEqual(['river'])
    expect(both.hits.map(({ score }) => score)).toEqual(
      both.hits.map(({ score }) => score).toSorted((a, b) => b - a),
    )
  })

  test('HYBRID says where words alone were searched; VECTOR cannot', async () => {
    const { database, metrics } = { ...world.dependencies }
    const plain = createRetriever({
      database,
      embedders: createEmbedders(null, null),
      reranker: null,
      metrics,
      logger,
    })
    expect((await retrieve({ mode: 'HYBRID' }, { ...world, retriever: plain })).mode).toBe('LEXICAL')
    await expect(retrieve({ mode: 'VECTOR' }, { ...world, retriever: plain })).rejects.toThrow(
      UnavailableError,
    )

    embeddings.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'No', { retryable: true })
    try {
      const hybrid = await retrieve({ mode: 'HYBRID' })
      expect(hybrid.mode).toBe('LEXICAL')
      expect(hybrid.hits.length).toBeGreaterThan(0)
      await expect(retrieve({ mode: 'VECTOR' })).rejects.toThrow(UnavailableError)
    } finally {
      embeddings.failWith = null
    }
  })

  test('keeps topK and minScore, and says where a filter leaves too few', async () => {
    const all = await retrieve({ query: 'the' })
    const { hits, underfilled } = await retrieve({ query: 'the', topK: 2 })
    expect(hits.map(({ chunk }) => chunk.id)).toEqual(all.hits.slice(0, 2).map(({ chunk }) => chunk.id))
    expect(underfilled).toBe(false)
    const minScore = all.hits[1]?.score ?? 0
    expect((await retrieve({ query: 'the', minScore })).hits).toHaveLength(2)
    expect(await retrieve({ query: 'the', minScore: 1.1, topK: 2 })).toMatchObject({
      hits: [],
      underfilled: false,
    })
    // Six passages match no filter at all: a query that finds fewer is not short of them.
    expect(await retrieve({ query: 'bread', topK: 6 })).toMatchObject({ hits: [{}], underfilled: false })
    expect((await retrieve({ query: 'bread', topK: 7 })).underfilled).toBe(true)
    const filter = { externalIds: ['tower', 'bridge'] }
    for (const mode of ['LEXICAL', 'VECTOR', 'HYBRID'] as const) {
      const filtered = await retrieve({ query: 'tower bridge', filter, mode, topK: 3 })
      expect((await names(filtered.hits)).toSorted()).toEqual(['bridge', 'tower'])
      expect(filtered.underfilled).toBe(true)
    }
  })

  test.each([
    ['nothing', ''],
    ['punctuation', '?! … —'],
    ['unknown words', 'xyzzy'],
    ['a lone surrogate', '\ud800'],
    ['SQL', `'; DROP TABLE chunk; --`],
    ['braces', '{1:2}/3 $1 %s'],
    ['8,000 characters', 'tower bridge river '.repeat(420)],
    ['4,000 distinct words', Array.from({ length: 4_000 }, (_, index) => index.toString(36)).join(' ')],
  ])('answers a query of %s', async (_what, query) => {
    const { hits } = await retrieve({ query, mode: 'HYBRID' })
    for (const { score } of hits) expect(score).toBeLessThanOrEqual(1)
  })

  const metadata = (...path: string[]) => ({
    with: (condition: Omit<MetadataCondition, 'path'>) => ({ metadata: [{ path, ...condition }] }),
  })
  const tomorrow = new Date(Date.now() + 86_400_000)
  const yesterday = new Date(Date.now() - 86_400_000)
  test.each<[string, DocumentFilter, string[]]>([
    ['no condition', {}, corpus.map(([name]) => name)],
    ['externalIds', { externalIds: ['river', 'none', `'"{},`] }, ['river']],
    ['no externalIds', { externalIds: [] }, []],
    ['mimeTypes', { mimeTypes: ['text/markdown'] }, ['bridge', 'river', 'tokyo']],
    ['createdAfter', { createdAfter: tomorrow }, []],
    ['createdBefore', { createdBefore: yesterday }, []],
    ['both times', { createdAfter: yesterday, createdBefore: tomorrow, externalIds: ['tower'] }, ['tower']],
    ['documentIds of others', { documentIds: ['01940000-0000-7000-8000-000000000000'] }, []],
    ['equals, a number', metadata('year').with({ equals: 1889 }), ['tower']],
    ['equals, a number otherwise written', metadata('year').with({ equals: 1889.0 }), ['tower']],
    ['equals, a string', metadata('year').with({ equals: '1889' }), ['towers']],
    ['equals, null', metadata('year').with({ equals: null }), ['river']],
    ['equals, a list', metadata('tags').with({ equals: ['old'] }), ['tower']],
    ['equals, an object', metadata('author').with({ equals: { name: 'Bob' } }), ['bridge']],
    ['equals, false', metadata('open').with({ equals: false }), ['bridge']],
    ['a path of two', metadata('author', 'name').with({ equals: 'Ann' }), ['tower']],
    [
      'in, of several types',
      metadata('year').with({ in: ['1889', null, 2001.5, true, [1]] }),
      ['towers', 'river', 'unrelated'],
    ],
    ['in, of nothing', metadata('year').with({ in: [] }), []],
    ['gte, among numbers only', metadata('year').with({ gte: 1900 }), ['bridge', 'unrelated']],
    ['lte, among numbers only', metadata('year').with({ lte: 1932 }), ['tower', 'bridge']],
    ['gte, among strings only', metadata('year').with({ gte: '1' }), ['towers']],
    ['lte, among strings only', metadata('team').with({ lte: 'a' }), ['tower', 'towers']],
    ['exists', metadata('year').with({ exists: true }), ['tower', 'bridge', 'towers', 'river', 'unrelated']],
    ['exists not', metadata('year').with({ exists: false }), ['tokyo']],
    ['exists, deep', metadata('author', 'name').with({ exists: true }), ['tower', 'bridge']],
    ['a hostile path', metadata('odd"key}').with({ equals: 1 }), ['towers']],
    ['a path into a string', metadata('team', 'length').with({ exists: true }), []],
    ['a path like SQL', metadata(`'} = 1 OR '1'='1`).with({ exists: true }), []],
    [
      'several conditions',
      {
        mimeTypes: ['text/plain'],
        metadata: [
          { path: ['team'], equals: 'a' },
          { path: ['year'], gte: 0 },
        ],
      },
      ['tower'],
    ],
  ])('filters by %s', async (_what, filter, expected) => {
    const query = corpus.map(([, text]) => text).join(' ')
    for (const mode of ['LEXICAL', 'VECTOR'] as const) {
      const { hits } = await retrieve({ query, filter, mode })
      expect((await names(hits)).toSorted(), mode).toEqual(expected.toSorted())
    }
  })

  test('sees its workspace only, and needs READ', async () => {
    const other = { ...world.caller, workspaceId: '01940000-0000-7000-8000-000000000000' }
    await expect(retrieve({}, { ...world, caller: other })).rejects.toThrow(NotFoundError)
    await expect(retrieve({}, { ...world, caller: { ...world.caller, scopes: ['WRITE'] } })).rejects.toThrow(
      ForbiddenError,
    )
    await expect(retrieve({ collection: 'none' })).rejects.toThrow(NotFoundError)
  })

  test('finds nothing in a collection without passages', async () => {
    for (const mode of ['LEXICAL', 'VECTOR', 'HYBRID'] as const) {
      expect(await retrieve({ collection: 'empty', mode })).toMatchObject({ hits: [], underfilled: true })
    }
  })

  test('goes on while its collection is deleted', async () => {
    await world.ingestions.accept(world.caller, 'fleeting', documents)
    await world.work()
    const searches = (['LEXICAL', 'VECTOR', 'HYBRID', 'LEXICAL', 'HYBRID'] as const).map((mode) =>
      retrieve({ collection: 'fleeting', mode }),
    )
    const [, ...settled] = await Promise.allSettled([
      world.collections.delete(world.caller, 'fleeting'),
      ...searches,
    ])
    for (const result of settled) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(NotFoundError)
    }
  })

  test('finds by vectors what was ingested before the model was configured', async () => {
    const before = await retrieve({ mode: 'VECTOR', query: 'the river' })
    await world.rows('DELETE FROM chunk_embedding')
    expect((await retrieve({ mode: 'VECTOR', query: 'the river' })).hits).toEqual([])
    await world.fill()
    expect((await retrieve({ mode: 'VECTOR', query: 'the river' })).hits).toEqual(before.hits)
    const calls = embeddings.calls
    await world.fill()
    expect(embeddings.calls).toBe(calls)
  })
})
