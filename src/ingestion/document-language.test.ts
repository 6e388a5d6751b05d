import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, forever, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { recount, statistics } from '../../test/testkit/recount.ts'
import { findCollection } from '../db/sql/collection.ts'
import { reindexCollection } from './reindex-collection.ts'
import { reindexOutdated } from './reindex-outdated.ts'

const german = 'Die Häuser sind alt und wurden von den Leuten in der Stadt nicht verkauft.'
const english = 'The houses are old and have not been sold by the people of the city.'

describe.each(kinds)('the language of documents on %s', () => {
  let world: IngestWorld
  let count = 0

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function ingest(collection: string, ...drafts: Parameters<typeof draft>[0][]) {
    const accepted = await world.ingestions.accept(world.caller, collection, drafts.map(draft))
    await world.work()
    return accepted.results
  }

  const fresh = () => `languages-${count++}`
  const document = (id: string | undefined) =>
    world.database.prisma.document.findUniqueOrThrow({ where: { id: id ?? '' } })

  /** As a search sees them, before and after a fold. */
  async function languages(collection: string) {
    const read = async () => {
      const [row] = await findCollection(world.database.pool, world.caller.workspaceId, collection)
      return Object.fromEntries(
        (row?.languages ?? []).map((language, index) => [language, row?.language_chunks[index]]),
      )
    }
    const pending = await read()
    await world.fold(collection)
    expect(await read()).toEqual(pending)
    return pending
  }

  async function found(collection: string, query: string, language?: string) {
    const request = { query, collection, topK: 5, mode: 'LEXICAL', filter: null, minScore: null } as const
    const { hits } = await world.retriever.retrieve(
      world.caller,
      { ...request, ...(language && { language }) },
      forever,
    )
    return hits.map(({ chunk }) => chunk.text)
  }

  test('is detected, and finds by any form of a word', async () => {
    const collection = fresh()
    const [one, two, three] = await ingest(collection, german, english, 'E0308 a1 b2')
    expect((await document(one?.document?.id)).language).toBe('de')
    expect((await document(two?.document?.id)).language).toBe('en')
    expect((await document(three?.document?.id)).language).toBeNull()
    expect(await languages(collection)).toEqual({ '': 1, de: 1, en: 1 })
    expect(await found(collection, 'Haus')).toEqual([german])
    expect(await found(collection, 'house')).toEqual([english])
    expect(await found(collection, 'Verkäufe verkauft', 'de')).toEqual([german])
    expect(await found(collection, 'e0308')).toEqual(['E0308 a1 b2'])
  })

  test('is what was given, whatever the text; what is none is rejected alone', async () => {
    const collection = fresh()
    const [given, wrong] = await ingest(
      collection,
      { source: { text: 'Häuser' }, language: 'DE-at' },
      { source: { text: 'x' }, language: 'not a tag' },
    )
    expect(await document(given?.document?.id)).toMatchObject({ language: 'de-AT', languageGiven: true })
    expect(wrong).toMatchObject({ outcome: 'REJECTED', failure: { code: 'INVALID_INPUT' } })
    expect(await languages(collection)).toEqual({ 'de-AT': 1 })
    expect(await found(collection, 'haus')).toEqual(['Häuser'])
  })

  test('given anew for the same content, makes it anew, and the counts with it', async () => {
    const collection = fresh()
    const source = { text: 'Häuser verkaufen' }
    const [first] = await ingest(collection, { externalId: 'a', source })
    expect(await languages(collection)).toEqual({ '': 1 })
    expect(await found(collection, 'Haus')).toEqual([])
    const [again] = await ingest(collection, { externalId: 'a', source, language: 'de' })
    expect(again?.outcome).toBe('UNCHANGED')
    await reindexCollection(world.dependencies, await world.collectionId(collection), forever)
    expect(await languages(collection)).toEqual({ de: 1 })
    expect(await found(collection, 'Haus')).toEqual(['Häuser verkaufen'])
    const expected = await recount(world, collection)
    expect(await statistics(world, collection, expected)).toEqual(expected)
    expect(await ingest(collection, { externalId: 'a', source, language: 'de' })).toMatchObject([
      { outcome: 'UNCHANGED' },
    ])
    expect((await document(first?.document?.id)).language).toBe('de')
  })

  test('counts stay right under updates and deletions', async () => {
    const collection = fresh()
    const [one] = await ingest(
      collection,
      { externalId: 'a', source: { text: german } },
      { externalId: 'b', source: { text: english } },
    )
    await ingest(collection, { externalId: 'a', source: { text: english } })
    expect(await languages(collection)).toEqual({ en: 2 })
    await ingest(collection, { externalId: 'c', source: { text: german } })
    expect(await languages(collection)).toEqual({ de: 1, en: 2 })
    await world.ingestions.deleteDocuments(world.caller, [one?.document?.id ?? ''])
    expect(await languages(collection)).toEqual({ de: 1, en: 1 })
  })

  test('of what an earlier release analysed is found out, and it is found meanwhile', async () => {
    const collection = fresh()
    const [one] = await ingest(collection, german)
    const id = one?.document?.id
    // As the migration leaves it.
    await world.rows(
      `UPDATE document SET indexed_analysis = 0, indexed_language = NULL, language = NULL WHERE id = $1`,
      id,
    )
    await world.rows(
      `UPDATE lexical_delta SET language = '' WHERE collection_id = $1`,
      await world.collectionId(collection),
    )
    expect(await found(collection, 'Stadt')).toEqual([german])
    const queued: string[] = []
    const jobs = {
      ...world.dependencies.jobs,
      reindexCollection: async (_: string, each: string) => void queued.push(each),
    }
    await reindexOutdated({ database: world.database, jobs })
    expect(queued).toEqual([await world.collectionId(collection)])
    await reindexCollection(world.dependencies, await world.collectionId(collection), forever)
    expect((await document(id)).language).toBe('de')
    expect(await found(collection, 'Haus')).toEqual([german])
    expect(await languages(collection)).toEqual({ de: 1 })
    queued.length = 0
    await reindexOutdated({ database: world.database, jobs })
    expect(queued).toEqual([])
  })
})
