import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds, logger } from '../../test/testkit/open-database.ts'
import { openQueue } from './open-queue.ts'

describe.each(kinds)('the queue on %s', (kind) => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  // pg-boss reads a queue that it does not know yet through the pool, whose only connection the transaction holds.
  test('takes its first job inside of a transaction', async () => {
    const { ingestion } = await world.ingestions.accept(world.caller, 'first', [draft('A first document')])
    expect(ingestion).not.toBeNull()
    expect(await world.work()).toEqual(['ready'])
  })

  test.runIf(kind === 'embedded')('takes up at once what the last process was at', async () => {
    await world.ingestions.accept(world.caller, 'first', [draft('Cut off')])
    expect(await world.boss.fetch('ingest-document')).toHaveLength(1)
    const boss = await openQueue(world.database, { work: true }, logger)
    const [job] = await world.rows(
      "SELECT state, retry_count FROM pgboss.job WHERE name = 'ingest-document' AND state < 'completed'",
    )
    expect(job).toEqual({ state: 'retry', retry_count: 0 })
    await boss.stop({ graceful: false, close: false })
  })
})
