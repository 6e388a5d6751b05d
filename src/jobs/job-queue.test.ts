import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import type { DocumentWork } from '../ingestion/ingestion-jobs.ts'

describe.each(kinds)('the order of documents in the queue on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterEach(async () => {
    await take(1_000)
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const take = async (count: number) => {
    const taken: string[] = []
    while (taken.length < count) {
      const [job] = await world.boss.fetch<DocumentWork>('ingest-document')
      if (!job) break
      await world.boss.complete('ingest-document', job.id)
      taken.push(names.get(job.data.documentId) ?? '?')
    }
    return taken
  }
  const names = new Map<string, string>()
  const accept = async (collection: string, count: number, caller = world.caller) => {
    const drafts = Array.from({ length: count }, (_, index) => draft(`${collection} ${index} ${names.size}`))
    const { results } = await world.ingestions.accept(caller, collection, drafts)
    for (const { document, index } of results) names.set(document?.id ?? '', `${collection} ${index}`)
  }
  const otherWorkspace = async () => {
    const id = uuidV7()
    await world.rows('INSERT INTO workspace (id, name) VALUES ($1, $2)', id, id)
    return { ...world.caller, workspaceId: id }
  }

  test('is that of their coming within a collection', async () => {
    await accept('alone', 3)
    await accept('alone', 2)
    expect(await take(9)).toEqual(['alone 0', 'alone 1', 'alone 2', 'alone 0', 'alone 1'])
  })

  test('lets one document of a collection pass many of another', async () => {
    await accept('many', 90)
    await accept('few', 1)
    expect((await take(4)).filter((name) => name.startsWith('few'))).toHaveLength(1)
  })

  test('lets collections take turns', async () => {
    await accept('left', 30)
    await accept('right', 30)
    const first = await take(20)
    const left = first.filter((name) => name.startsWith('left')).length
    // A collection that was there alone has shorter steps for what it queued before the other came.
    expect(left).toBeGreaterThanOrEqual(10)
    expect(left).toBeLessThanOrEqual(14)
  })

  test('does not let a collection that worked before wait for those that come now', async () => {
    await accept('veteran', 50)
    await take(50)
    await accept('veteran', 5)
    await accept('newcomer', 5)
    expect((await take(4)).filter((name) => name.startsWith('veteran')).length).toBeGreaterThanOrEqual(2)
  })

  test('gives a workspace no more for having many collections', async () => {
    const other = await otherWorkspace()
    for (let index = 0; index < 20; index++) await accept(`part-${index}`, 1)
    await accept('theirs', 4, other)
    const first = await take(12)
    expect(first.filter((name) => name.startsWith('theirs')).length).toBe(4)
  })

  test('is kept by what comes while a job that was handed back waits', async () => {
    await accept('long-ago', 40)
    await take(40)
    await accept('waiting', 5)
    const [job] = await world.boss.fetch<DocumentWork>('ingest-document')
    if (!job) throw new Error('No job')
    await world.boss.complete('ingest-document', job.id)
    await world.dependencies.jobs.handBack(job.data, world.database.pool)
    await accept('later', 60)
    const first = await take(6)
    expect(first.filter((name) => name.startsWith('waiting')).length).toBeGreaterThanOrEqual(3)
  })

  test('is kept by what comes while an old job is tried again', async () => {
    await accept('older', 1)
    const [old] = await world.boss.fetch<DocumentWork>('ingest-document')
    if (!old) throw new Error('No job')
    await accept('before', 40)
    await take(30)
    await accept('waits', 5)
    await world.boss.fail('ingest-document', old.id)
    await world.rows(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`)
    await accept('after', 60)
    const order = (await take(100)).map((name) => name.split(' ')[0])
    expect(order[0]).toBe('older')
    expect(order.indexOf('waits')).toBeLessThan(order.indexOf('after'))
  })

  test('puts what was handed back first', async () => {
    await accept('queue', 5)
    const [job] = await world.boss.fetch<DocumentWork>('ingest-document')
    if (!job) throw new Error('No job')
    await world.boss.complete('ingest-document', job.id)
    await world.dependencies.jobs.handBack(job.data, world.database.pool)
    expect(await take(2)).toEqual(['queue 0', 'queue 1'])
  })
})
