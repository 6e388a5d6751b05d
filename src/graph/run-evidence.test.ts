import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { forever, kinds, openWorld, pullUntil, type World } from './run-world.fixture.ts'
import { scriptedLlm } from './scripted-llm.fixture.ts'

const answer = 'The tower is 300 metres tall [1].'

describe.each(kinds)('the evidence of a run on %s', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world[Symbol.asyncDispose]())

  /** Asks twice at once, and lets this happen between the search and its record. */
  const askDuring = async (happens: () => Promise<unknown>) => {
    const llms = [scriptedLlm(), scriptedLlm()]
    const runs = await Promise.all(llms.map((llm) => world.replica(llm)))
    const happened = Promise.withResolvers<unknown>()
    // Once, when both have come so far: neither has recorded anything yet.
    world.retrievals.before = async () => {
      if (world.retrievals.count === runs.length) happened.resolve(await happens())
      await happened.promise
    }
    const started = await Promise.all(runs.map((each) => each.start(world.caller, world.ask(), null)))
    await Promise.all(
      runs.map(async (each, index) => {
        const following = each.follow(world.caller, started[index]?.id ?? '', 0, forever)
        const call = await llms[index]?.call()
        call?.say(answer)
        call?.end()
        await pullUntil(following, ({ type }) => type === 'RunCompleted')
      }),
    )
    const where = { where: { runId: { in: started.map(({ id }) => id) } }, include: { chunk: true } }
    const { runHit, runCitation } = world.database.prisma
    return {
      hits: await runHit.findMany({ ...where, orderBy: { rank: 'asc' } }),
      citations: await runCitation.findMany(where),
    }
  }

  test('stays, where a new version of its document has replaced it since it was found', async () => {
    const [cited] = world.retrievals.chunks
    const { hits, citations } = await askDuring(() =>
      world.database.pool.query('DELETE FROM chunk WHERE id = $1', [cited?.id]),
    )
    // Both runs have both passages.
    expect(hits.map(({ rank }) => rank)).toEqual([1, 1, 2, 2])
    expect(hits[0]?.chunk).toEqual(cited)
    expect(citations).toMatchObject(Array(2).fill({ chunkId: cited?.id, verified: true, chunk: cited }))
    const { rows } = await world.database.pool.query('SELECT term_ids, weights FROM chunk WHERE id = $1', [
      cited?.id,
    ])
    expect(rows).toEqual([{ term_ids: null, weights: null }])
  })

  test('goes with its document, however late it was found', async () => {
    const [cited] = world.retrievals.chunks
    const { hits, citations } = await askDuring(() =>
      world.database.pool.query('DELETE FROM document WHERE id = $1', [cited?.documentId]),
    )
    expect(hits.map(({ rank }) => rank)).toEqual([2, 2])
    expect(citations).toMatchObject(Array(2).fill({ marker: 1, chunkId: null, quote: null, verified: false }))
    expect(await world.database.prisma.chunk.count()).toBe(1)
  })
})
