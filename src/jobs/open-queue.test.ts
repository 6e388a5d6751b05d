import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'

describe.each(kinds)('the queue on %s', (kind) => {
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld(kind)
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  // pg-boss reads a queue that it does not know yet through the pool, whose only connection the transaction holds.
  test('takes its first job inside of a transaction', { timeout: 5_000 }, async () => {
    const { ingestion } = await world.ingestions.accept(world.caller, 'first', [draft('A first document')])
    expect(ingestion).not.toBeNull()
    expect(await world.work()).toEqual(['ready'])
  })
})
