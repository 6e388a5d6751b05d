import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { recoverIngestions } from './recover-ingestions.ts'

describe.each(kinds)('recovery on %s', () => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const accept = async (text: string) => {
    const { ingestion } = await world.ingestions.accept(world.caller, 'default', [draft(text)])
    return ingestion?.id ?? ''
  }
  const recover = (idleSeconds = 0) => recoverIngestions(world.dependencies, idleSeconds)
  const finished = async (id: string) =>
    (await world.database.prisma.ingestion.findUniqueOrThrow({ where: { id } })).finishedAt !== null

  test('queues a document again whose job is gone', async () => {
    const id = await accept('Lost')
    await world.rows(`DELETE FROM pgboss.job WHERE name = 'ingest-document'`)
    expect(await recover()).toBe(1)
    expect(await recover()).toBe(0)
    expect(await world.work()).toEqual(['ready'])
    expect(await finished(id)).toBe(true)
  })

  test('leaves alone what has a job, what just changed, and what has ended', async () => {
    await accept('Waits')
    expect(await recover()).toBe(0)
    await world.work()
    expect(await recover()).toBe(0)
    await accept('Young')
    await world.rows(`DELETE FROM pgboss.job WHERE name = 'ingest-document'`)
    expect(await recover(300)).toBe(0)
    expect(await recover()).toBe(1)
    await world.work()
  })

  test('ends an ingestion whose last step died', async () => {
    const id = await accept('Replaced')
    await world.rows(`UPDATE ingestion_document SET status = 'CANCELLED' WHERE ingestion_id = $1`, id)
    await recover()
    expect(await finished(id)).toBe(true)
  })
})
