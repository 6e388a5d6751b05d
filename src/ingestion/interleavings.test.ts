import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, forever, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { Gates, gatedEmbeddings, gatedSite, type Site, Workers } from '../../test/testkit/interleaving.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { recount, statistics, wronglyWeighed } from '../../test/testkit/recount.ts'
import { reindexCollection } from './reindex-collection.ts'

const texts = ['Apples grow on trees. Pears do, too.', 'Boats float on water.\n\nSome sink.', 'Clouds rain.']
const url = 'https://example.com/page'

const document = fc.nat({ max: 1 })
const index = fc.nat({ max: 5 })
const text = fc.nat({ max: 2 })
const outcome = fc.constantFrom('answer' as const, 'answer' as const, 'later' as const, 'never' as const)
const a = <D extends string, F extends object>(
  does: D,
  weight: number,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(does), ...fields }) as unknown as fc.Arbitrary<
    { readonly do: D } & F
  >,
})
const act = fc.oneof(
  a('accept', 3, { document, text }),
  a('acceptUrl', 4, { document, title: fc.constantFrom(null, null, 'Zebra') }),
  a('changePage', 3, { text }),
  a('take', 6, { last: fc.boolean() }),
  a('respond', 4, { index, outcome }),
  a('release', 4, { index, outcome }),
  a('workOff', 4, { outcome: fc.constantFrom('answer' as const, 'never' as const) }),
  a('takeAgain', 2, { index }),
  a('stop', 2, { index }),
  a('cancel', 2, { index }),
  a('retry', 2, { index }),
  a('delete', 1, { document }),
  a('reindex', 1, {}),
  a('rechunk', 1, { maxTokens: fc.constantFrom(16, 20, 400) }),
  a('wait', 3, {}),
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

describe.each(kinds)('whatever happens in whatever order on %s', (kind) => {
  const fetches = new Gates()
  const models = new Gates()
  const site: Site = gatedSite(fetches)
  let world: IngestWorld
  let count = 0

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings: gatedEmbeddings(models) })
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function play(acts: readonly Act[]) {
    const collection = `run-${count++}`
    const { id: collectionId } = await world.collections.create(world.caller, collection, {})
    const workers = new Workers(world, site)
    const ingestions: string[] = []
    /** What a document that is READY in the end may have as its text. */
    const allowed = new Map<string, Set<string>>()
    site.page = texts[0] ?? ''
    fetches.close()
    models.close()

    const accept = async (externalId: string, over: object) => {
      const { ingestion } = await world.ingestions.accept(world.caller, collection, [
        draft({ externalId, ...over }),
      ])
      if (ingestion) ingestions.push(ingestion.id)
    }
    const steps: { readonly [K in Act['do']]: (act: Extract<Act, { do: K }>) => unknown } = {
      accept: async ({ document, text }) => {
        const given = texts[text] ?? ''
        await accept(`${document}`, { source: { text: given } })
        allowed.set(`${document}`, new Set([given]))
      },
      acceptUrl: async ({ document, title }) => {
        await accept(`${document}`, { source: { url }, title })
        allowed.set(`${document}`, new Set([site.page]))
      },
      changePage: ({ text }) => {
        site.page = texts[text] ?? ''
        for (const each of allowed.values()) each.add(site.page)
      },
      take: ({ last }) => workers.takeOne(last),
      release: ({ index, outcome }) => models.release(index, outcome),
      respond: ({ index, outcome }) => fetches.release(index, outcome),
      workOff: async ({ outcome }) => {
        fetches.open('answer')
        models.open(outcome)
        await workers.workOff()
        fetches.close()
        models.close()
      },
      takeAgain: ({ index }) => workers.takeAgain(index),
      stop: ({ index }) => workers.stopOne(index),
      cancel: async ({ index }) => {
        const id = ingestions[index % ingestions.length]
        if (id) await world.ingestions.cancel(world.caller, id)
      },
      retry: async ({ index }) => {
        const id = ingestions[index % ingestions.length]
        if (id) await world.ingestions.retry(world.caller, id)
      },
      delete: async ({ document }) => {
        const rows = await documents(collectionId)
        const ids = rows.filter((row) => row.externalId === `${document}`).map(({ id }) => id)
        await world.ingestions.deleteDocuments(world.caller, ids)
      },
      reindex: () => workers.reindex(collectionId),
      rechunk: ({ maxTokens }) =>
        world.collections.update(world.caller, collection, {
          chunking: { targetTokens: 16, maxTokens, overlapTokens: 0 },
        }),
      wait: () => pause(2),
    }
    for (const each of acts) await (steps[each.do] as (act: Act) => unknown)(each)

    // From here on everything goes well, until nothing is left to do.
    fetches.open('answer')
    models.open('answer')
    await workers.workOff()
    expect(await reindexCollection(world.dependencies, collectionId, forever)).toBe(true)
    await world.rows(`DELETE FROM pgboss.job WHERE name = 'reindex-collection'`)
    await world.fold(collection)
    return { collection, collectionId, ingestions, allowed }
  }

  const documents = (collectionId: string) =>
    world.database.prisma.document.findMany({
      where: { collectionId },
      include: { sources: true, chunks: { orderBy: { ordinal: 'asc' } } },
    })

  // Embedded, there is one connection: nothing happens between two statements of a transaction.
  test.skipIf(kind === 'embedded')(
    'every ingestion ends, and every document is all of what it says',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 40 }), async (acts) => {
          const { collection, collectionId, ingestions, allowed } = await play(acts)
          const counts = await world.ingestions.counts(world.caller, ingestions)
          for (const [id, each] of counts) {
            expect(each, id).toMatchObject({ queued: 0, running: 0 })
            const row = await world.database.prisma.ingestion.findUniqueOrThrow({ where: { id } })
            expect(row.finishedAt, 'ended').not.toBeNull()
          }
          for (const found of await documents(collectionId)) {
            const { status, version, indexedVersion, sources, chunks, chunkCount } = found
            expect(['READY', 'FAILED', 'CANCELLED']).toContain(status)
            for (const source of sources) expect([version, indexedVersion]).toContain(source.version)
            const indexed = sources.find((source) => source.version === indexedVersion)
            const text = indexed ? Buffer.from(indexed.bytes).toString() : ''
            expect(chunks, 'its passages').toHaveLength(chunkCount)
            for (const chunk of chunks) {
              expect(chunk.documentVersion).toBe(indexedVersion)
              expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text)
            }
            expect(
              chunks
                .map((chunk) => chunk.text)
                .join('')
                .replaceAll(/\s/g, ''),
            ).toBe(text.replaceAll(/\s/g, ''))
            if (status !== 'READY') continue
            expect(version).toBe(indexedVersion)
            expect([...(allowed.get(found.externalId ?? '') ?? [])], 'the content given last').toContain(text)
            expect(found.bytes).toBe(Buffer.byteLength(text))
            expect(found.indexedTitle).toBe(found.title)
          }
          const vectors = await world.rows<{ count: number }>(
            `SELECT (SELECT count(*)::int FROM chunk LEFT JOIN chunk_embedding ON chunk_id = chunk.id
             WHERE chunk.collection_id = $1 AND (chunk_id IS NULL OR term_ids IS NULL)) AS count`,
            collectionId,
          )
          expect(vectors).toEqual([{ count: 0 }])
          const staged = await world.rows(
            'SELECT status, version FROM staged_embedding JOIN document ON document.id = document_id WHERE collection_id = $1',
            collectionId,
          )
          expect(staged, 'staged').toEqual([])
          const counted = await recount(world, collection)
          expect(await statistics(world, collection, counted)).toEqual(counted)
          expect(await wronglyWeighed(world, collection)).toEqual([])
        }),
        // The same histories in each run, so that a change is what breaks it. Other seeds are for whoever looks for more.
        { numRuns: 100, seed: -1826474646, endOnFailure: true },
      )
    },
    600_000,
  )
})
