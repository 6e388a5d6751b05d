import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, type IngestWorld, openIngestWorld } from '../../../test/testkit/ingest-world.ts'
import { kinds } from '../../../test/testkit/open-database.ts'
import { analyze } from './analyze.ts'
import { countTerms } from './count-terms.ts'

const texts = ['The tower is tall.', 'Towers stand by the river.', 'Bread needs flour.']

describe.each(kinds)('words counted on %s', () => {
  let world: IngestWorld
  beforeAll(async () => {
    world = await openIngestWorld()
    const documents = texts.map((text, index) =>
      draft({
        externalId: `${index}`,
        title: `${index}`,
        language: 'en',
        mimeType: 'text/plain',
        source: { text },
      }),
    )
    await world.ingestions.accept(world.caller, 'default', documents)
    await world.work()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const count = (collection: string, workspaceId = world.caller.workspaceId) =>
    countTerms(world.database.pool, workspaceId, collection, analyze('tower bread owl'))

  test('are those of the searchable passages, folded or not', async () => {
    for (const fold of [false, true]) {
      if (fold) await world.fold('default')
      const counted = await count('default')
      expect(counted?.total).toBe(3)
      expect(analyze('tower bread owl').map((term) => counted?.frequencyOf(term))).toEqual([2, 1, 0])
    }
  })

  test('are none of an absent collection, nor of another workspace', async () => {
    expect(await count('absent')).toBeNull()
    expect(await count('default', '01900000-0000-7000-8000-0000000000ff')).toBeNull()
  })
})
