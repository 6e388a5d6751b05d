import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { searchWords } from '../db/sql/search.ts'
import { termIds } from './lexical/term-id.ts'
import { RetrievalMode } from './retrieval.ts'

/** More than are compared, each with both words, apart and early; the phrase stands in the one that scores lowest. */
const common = [
  ...Array.from({ length: 2_050 }, (_, index) => `Alpha then beta and alpha again beta, entry ${index}.`),
  'Somewhere in a far longer paragraph about other things stands alpha beta, once, after a great many other words.',
].join('\n\n')

describe.each(kinds)('phrases on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings: fakeEmbeddings() })
    const { caller, ingestions } = world
    await world.collections.create(caller, 'common', {
      chunking: { targetTokens: 8, maxTokens: 32, overlapTokens: 0 },
    })
    await ingestions.accept(caller, 'divided', [
      draft({
        externalId: 'spaced',
        title: 'one',
        language: 'ja',
        source: { text: '先週、東京 タワーに登りました。' },
      }),
      draft({
        externalId: 'others',
        title: 'two',
        language: 'ja',
        source: { text: '東京のタワー、京都の寺。' },
      }),
      draft({
        externalId: 'korean',
        title: 'three',
        language: 'ko',
        source: { text: '김치 찌개는 맛있다.' },
      }),
    ])
    await ingestions.accept(caller, 'common', [
      draft({ externalId: 'common', title: 'common', language: 'en', source: { text: common } }),
    ])
    await ingestions.accept(caller, 'words', [
      draft({ externalId: 'a', title: 'a', language: 'en', source: { text: 'tower bridge' } }),
      draft({ externalId: 'b', title: 'b', language: 'en', source: { text: 'tower river' } }),
      draft({ externalId: 'c', title: 'c', language: 'en', source: { text: 'tower alone' } }),
    ])
    await world.work()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const retrieve = (collection: string, query: string, mode: RetrievalMode = RetrievalMode.Lexical) =>
    world.retriever.retrieve(
      world.caller,
      { query, collection, topK: 5, mode, filter: null, minScore: null },
      forever,
    )

  test.each([
    ['"東京タワー"', '東京 タワー'],
    ['「東京タワーに登りました」', '東京 タワー'],
    ['"東京 タワー"', '東京 タワー'],
    ['"김치찌개"', '김치 찌개'],
  ])('%s is found where spaces divide it, in every mode', async (query, text) => {
    for (const mode of Object.values(RetrievalMode)) {
      const { hits, underfilled } = await retrieve('divided', query, mode)
      expect(hits.map(({ chunk }) => chunk.text)).toEqual([expect.stringContaining(text)])
      expect(underfilled).toBe(true)
    }
  })

  test('are not said to be in no more passages where others were not compared', async () => {
    for (const mode of Object.values(RetrievalMode)) {
      const { hits, underfilled } = await retrieve('common', '"alpha beta"', mode)
      expect(hits).toEqual([])
      expect(underfilled).toBe(false)
    }
    const { hits, underfilled } = await retrieve('common', '"other words"')
    expect(hits).toHaveLength(1)
    expect(underfilled).toBe(true)
  })

  test('words that are searched together are so under a filter, too', async () => {
    const collectionId = await world.collectionId('words')
    const idOf = termIds(collectionId)
    const search = {
      collectionId,
      queryWeights: `{${idOf('tower')}:1}/1000000000`,
      candidateTerms: [idOf('tower')],
      companionTerms: [idOf('bridg'), idOf('river')],
      limit: 9,
    }
    const found = async (filter: { externalIds: string[] } | null) =>
      (await searchWords(world.database.pool, search, filter)).map(({ text }) => text).sort()
    expect(await found(null)).toEqual(['tower bridge', 'tower river'])
    expect(await found({ externalIds: ['b', 'c'] })).toEqual(['tower river'])
  })
})
