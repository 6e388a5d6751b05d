import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, forever, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { waitingForLocks } from '../../test/testkit/locks.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { recount, statistics, wronglyWeighed } from '../../test/testkit/recount.ts'
import { foldStatistics } from './fold-statistics.ts'

const word = fc.constantFrom('river', 'stone', 'bridge', 'running', 'house', 'light', '日本', 'über', 'a')
const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '))
const name = fc.constantFrom('a', 'b', 'c', 'd')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('ingest' as const), name, text }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('work' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('fold' as const) }) },
)

describe.each(kinds)('the statistics of words on %s', (kind) => {
  let world: IngestWorld
  let count = 0

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = async (
    collection: string,
    externalId: string,
    source: string,
    title: string | null = null,
  ) => {
    const documents = [draft({ externalId, title, source: { text: source } })]
    return world.ingestions.accept(world.caller, collection, documents)
  }

  test('are what a recount of the searchable passages gives, before and after each fold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const collection = `property-${count++}`
        await accept(collection, 'first', 'a river and a bridge')
        for (const each of steps) {
          if (each.does === 'ingest') await accept(collection, each.name, each.text)
          if (each.does === 'work') await world.work()
          if (each.does === 'fold') await world.fold(collection)
          const collectionId = await world.collectionId(collection)
          if (each.does === 'delete') {
            const where = { collectionId, externalId: each.name }
            const found = await world.database.prisma.document.findMany({ where })
            await world.ingestions.deleteDocuments(
              world.caller,
              found.map(({ id }) => id),
            )
          }
          if (each.does === 'cancel') {
            const ingestion = await world.database.prisma.ingestion.findFirst({
              where: { collectionId },
              orderBy: { id: 'desc' },
            })
            if (ingestion) await world.ingestions.cancel(world.caller, ingestion.id)
          }
          const expected = await recount(world, collection)
          expect(await statistics(world, collection, expected)).toEqual(expected)
        }
        await world.work()
        await world.fold(collection)
        const expected = await recount(world, collection)
        expect(await statistics(world, collection, expected)).toEqual(expected)
        expect(await wronglyWeighed(world, collection)).toEqual([])
        const id = await world.collectionId(collection)
        expect(await world.rows('SELECT FROM lexical_delta WHERE collection_id = $1', id)).toEqual([])
        const zero = 'SELECT FROM term_statistic WHERE collection_id = $1 AND chunks <= 0'
        expect(await world.rows(zero, id)).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  test('weigh all passages anew once the average length has drifted', async () => {
    await accept('drift', 'short', 'one two three')
    await world.work()
    await world.fold('drift')
    expect(await wronglyWeighed(world, 'drift')).toEqual([])
    await accept('drift', 'long', 'many words '.repeat(60))
    await world.work()
    await world.fold('drift')
    expect(await wronglyWeighed(world, 'drift')).toEqual([])
    const [row] = await world.rows<{ weights_length: number; average: number }>(
      'SELECT weights_length, terms::float8 / chunks AS average FROM lexical_statistic WHERE collection_id = $1',
      await world.collectionId('drift'),
    )
    expect(row?.weights_length).toBeCloseTo(row?.average ?? 0)
  })

  test('keep to the words that a passage was indexed with when its title changes', async () => {
    await accept('retitled', 'a', 'about the river', 'Tagus')
    await world.work()
    await accept('retitled', 'a', 'about the river', 'Douro')
    await accept('retitled', 'b', 'many other words '.repeat(40), 'Long')
    await world.work()
    await world.fold('retitled')
    const rows = await world.rows<{ agrees: boolean }>(
      `SELECT array_to_string(term_ids, ',') =
         regexp_replace(regexp_replace(weights::text, '^{|}.*$', '', 'g'), ':[^,]*', '', 'g') AS agrees
       FROM chunk WHERE collection_id = $1`,
      await world.collectionId('retitled'),
    )
    expect(rows.map(({ agrees }) => agrees)).toEqual([true, true])
  })

  test('go with their collection while a fold is under way', async () => {
    await accept('gone', 'a', 'some words')
    await world.work()
    const id = await world.collectionId('gone')
    await Promise.allSettled([
      world.fold('gone'),
      world.collections.delete(world.caller, 'gone'),
      world.fold('gone'),
    ])
    await foldStatistics(world.database, world.caller.workspaceId, id, forever)
    expect(await world.rows('SELECT FROM lexical_statistic WHERE collection_id = $1', id)).toEqual([])
  })

  test.skipIf(kind === 'embedded')(
    'reach a document that is indexed while all are weighed anew',
    async () => {
      await accept('crossed', 'a', 'one two three')
      await world.work()
      await accept('crossed', 'b', 'four five six')
      const [work] = await world.takeJobs()
      if (!work) throw new Error('No job')
      // Stops the indexing inside of its transaction.
      const client = await world.database.pool.connect()
      await client.query('BEGIN')
      await client.query('SELECT FROM document WHERE id = $1 FOR KEY SHARE', [work.documentId])
      const attempt = world.attempt(work)
      await waitingForLocks(world.database.pool)
      const fold = world.fold('crossed')
      await Promise.race([fold, waitingForLocks(world.database.pool, 2)])
      await client.query('COMMIT')
      client.release()
      expect(await attempt).toBe('ready')
      await fold
      expect(await wronglyWeighed(world, 'crossed')).toEqual([])
    },
  )
})
