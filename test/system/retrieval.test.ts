import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady } from '../testkit/app/ingest-ready.ts'

let app: TestApp
let ids: string[]
const years = [1999, 2005, 2011, 2020]
beforeAll(async () => {
  app = await bootApp()
  ;({ ids } = await ingestReady(
    app,
    'maps',
    years.map((year) => ({
      externalId: `map-${year}`,
      mimeType: year === 2020 ? 'text/markdown' : 'text/plain',
      source: { text: `The map of ${year} shows the river delta.` },
      metadata: { year, region: { name: year < 2010 ? 'north' : 'south' } },
    })),
  ))
})
afterAll(() => app[Symbol.asyncDispose]())

const found = async (filter: object, more: object = {}) => {
  const input = { collection: 'maps', query: 'river delta map', topK: 10, filter, ...more }
  const { hits } = await app.client.retrieve(input)
  return hits.map(({ chunk }) => chunk.document.externalId?.slice(4)).sort()
}

test.each([
  ['documentIds', () => ({ documentIds: [ids[0], ids[2]] }), ['1999', '2011']],
  ['externalIds', () => ({ externalIds: ['map-2005', 'nothing'] }), ['2005']],
  ['mimeTypes', () => ({ mimeTypes: ['text/markdown'] }), ['2020']],
  ['equals', () => ({ metadata: [{ path: ['region', 'name'], equals: 'north' }] }), ['1999', '2005']],
  ['in', () => ({ metadata: [{ path: ['year'], in: [1999, 2020] }] }), ['1999', '2020']],
  [
    'gte and lte',
    () => ({
      metadata: [
        { path: ['year'], gte: 2005 },
        { path: ['year'], lte: 2011 },
      ],
    }),
    ['2005', '2011'],
  ],
  ['exists', () => ({ metadata: [{ path: ['nothing'], exists: false }] }), ['1999', '2005', '2011', '2020']],
  ['createdBefore', () => ({ createdBefore: '2001-01-01T00:00:00.000Z' }), []],
  ['createdAfter', () => ({ createdAfter: '2001-01-01T00:00:00.000Z' }), ['1999', '2005', '2011', '2020']],
] as const)('a filter by %s leaves what matches it', async (_name, filter, expected) => {
  expect(await found(filter())).toEqual(expected)
})

test('topK and minScore bound the hits, which come best first', async () => {
  const input = { collection: 'maps', query: 'river delta 2011' }
  const { hits, underfilled } = await app.client.retrieve({ ...input, topK: 2 })
  expect(hits).toHaveLength(2)
  expect(underfilled).toBe(false)
  expect(hits[0]?.chunk.document.externalId).toBe('map-2011')
  const [best = 0, next = 0] = hits.map(({ score }) => score)
  expect(best).toBeGreaterThan(next)
  const { hits: few } = await app.client.retrieve({ ...input, topK: 10, minScore: (best + next) / 2 })
  expect(few.map(({ chunk }) => chunk.document.externalId)).toEqual(['map-2011'])
})

test('VECTOR without an embedding model says what to do; HYBRID says that it was LEXICAL', async () => {
  const { errors } = await app.send(
    '{ retrieve(input: { collection: "maps", query: "delta", mode: VECTOR }) { mode } }',
  )
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
  expect(errors?.[0]?.message).toContain('EMBEDDING_BASE_URL')
  expect((await app.client.retrieve({ collection: 'maps', query: 'delta', mode: 'HYBRID' })).mode).toBe(
    'LEXICAL',
  )
})
