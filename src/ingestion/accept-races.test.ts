import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { failuresDuring, waitingForLocks } from '../../test/testkit/locks.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { IngestOutcome } from './ingestion.ts'

describe.each(kinds)('calls at once on %s', (kind) => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = (collection: string, ...documents: Parameters<typeof draft>[0][]) =>
    world.ingestions.accept(world.caller, collection, documents.map(draft))

  test('20 identical ones make one collection, one document and one job', async () => {
    const calls = Array.from({ length: 20 }, () =>
      accept('identical', { externalId: 'a', source: { text: 'The same text' } }, 'Without an id'),
    )
    const accepted = await Promise.all(calls)

    const outcomes = accepted.flatMap(({ results }) => results.map(({ outcome }) => outcome))
    expect(outcomes.filter((outcome) => outcome === IngestOutcome.Created)).toHaveLength(2)
    expect(outcomes.filter((outcome) => outcome === IngestOutcome.Unchanged)).toHaveLength(38)
    expect(new Set(accepted.map(({ results }) => results[0]?.document?.id)).size).toBe(1)
    expect(accepted.filter(({ ingestion }) => ingestion !== null)).toHaveLength(1)
    expect(await world.work()).toEqual(['ready', 'ready'])
  })

  test('new documents in opposite orders do not wait for each other', async () => {
    const names = Array.from({ length: 30 }, (_, index) => ({ externalId: `${index}` }))
    const { codes, result } = await failuresDuring(() =>
      Promise.all([accept('opposite', ...names), accept('opposite', ...names.toReversed())]),
    )
    expect(codes, 'deadlocks').not.toContain('40P01')
    const [one, other] = result
    const created = [...one.results, ...other.results].filter(
      ({ outcome }) => outcome === IngestOutcome.Created,
    )
    expect(created).toHaveLength(30)
    await world.work()
  })

  test('updates of one document end with the last version, and each superseded ingestion ends', async () => {
    await accept('updates', { externalId: 'a', source: { text: 'version 0' } })
    const accepted = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        accept('updates', { externalId: 'a', source: { text: `version ${index + 1}` } }),
      ),
    )
    await world.work()
    const id = accepted[0]?.results[0]?.document?.id ?? ''
    const document = await world.database.prisma.document.findUniqueOrThrow({
      where: { id },
      include: { chunks: true },
    })
    expect(document).toMatchObject({ version: 11, indexedVersion: 11, status: 'READY' })
    expect(document.chunks).toHaveLength(1)
    const ingestions = await world.database.prisma.ingestion.findMany({
      where: { collectionId: document.collectionId },
    })
    expect(ingestions).toHaveLength(11)
    expect(ingestions.every(({ finishedAt }) => finishedAt !== null)).toBe(true)
  })

  test('a collection that is deleted meanwhile takes the documents with it or is made again', async () => {
    await accept('fleeting', 'One', 'Two')
    const [accepted, deleted] = await Promise.allSettled([
      Promise.all(Array.from({ length: 10 }, (_, index) => accept('fleeting', `Text ${index}`))),
      world.collections.delete(world.caller, 'fleeting'),
      world.work(),
    ])
    expect(accepted).toMatchObject({ status: 'fulfilled' })
    expect(deleted).toMatchObject({ status: 'fulfilled' })
    await world.work()
    const left = await world.rows<{ status: string }>(
      `SELECT status::text FROM document JOIN collection ON collection.id = collection_id WHERE name = 'fleeting'`,
    )
    expect(left.every(({ status }) => status === 'READY')).toBe(true)
  })

  test.skipIf(kind === 'embedded')('a deadlock and a lost race are tried again', async () => {
    await accept('locked', { externalId: 'a', source: { text: 'One' } })
    const client: pg.PoolClient = await world.database.pool.connect()
    try {
      await client.query('BEGIN')
      const insert = `INSERT INTO document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash,
          bytes, updated_at)
        SELECT gen_random_uuid(), document.workspace_id, collection_id, $1, title, mime_type, content_hash, bytes, now()
        FROM document JOIN collection ON collection.id = collection_id WHERE external_id = 'a' AND name = 'locked'`
      await client.query(insert, ['z'])
      // Waits for 'z' with a lock on 'a': the update below closes the circle.
      const call = accept(
        'locked',
        { externalId: 'a', source: { text: 'Two' } },
        { externalId: 'z', source: { text: 'Two' } },
      )
      await waitingForLocks(world.database.pool)
      const circle = client.query(`UPDATE document SET title = 'x' WHERE external_id = 'a'`)
      const [accepted, other] = await Promise.allSettled([
        call,
        circle.then(() => client.query('COMMIT')).catch(() => client.query('ROLLBACK')),
      ])
      expect(other.status).toBe('fulfilled')
      expect(accepted).toMatchObject({ status: 'fulfilled' })
    } finally {
      client.release()
    }
    await world.work()
  })
})
