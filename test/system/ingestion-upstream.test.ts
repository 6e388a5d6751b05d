import { expect, inject, test } from 'vitest'
import { chaosCorpus } from '../testkit/chaos/corpus.ts'
import { runChaos } from '../testkit/chaos/run-chaos.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { flaky } from '../testkit/upstream/failing-share.ts'
import { httpError, reset, stall } from '../testkit/upstream/failures.ts'
import { startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

const template = inject('template')
const server = template.kind === 'server' ? template.url : null

const dimensions = 64
const documents = 100
const seed = 20261121

test.skipIf(server === null)(
  'an embedding server that fails three requests of ten costs no document, and doubles no chunk',
  { timeout: 300_000 },
  async () => {
    await using upstream = await startFakeOpenAi({ dimensions })
    // A stall costs a request's whole time limit: there are few of them.
    const trouble = flaky(
      embed({ dimensions }),
      [
        { name: '429', share: 0.06, behaviour: httpError(429) },
        { name: '429 with Retry-After', share: 0.06, behaviour: httpError(429, { retryAfter: 1 }) },
        { name: '500', share: 0.08, behaviour: httpError(500) },
        { name: 'reset', share: 0.08, behaviour: reset() },
        { name: 'stall', share: 0.02, behaviour: stall() },
      ],
      seed,
    )
    const result = await runChaos({
      server: server ?? '',
      upstream,
      dimensions,
      steps: chaosCorpus(documents, seed),
      disturbances: [],
      beforeStorm: () => upstream.embeddings.otherwise(trouble.behaviour),
    })
    const failed = [...trouble.failed.values()].reduce((sum, count) => sum + count, 0)
    expect(trouble.failed.size).toBe(5)
    expect(failed / trouble.total).toBeGreaterThan(0.2)
    expect(result.differences).toEqual([])
    expect(result.faults).toEqual([])
    expect(result.lost).toEqual([])
    expect(Object.entries(result.leftovers).filter(([, count]) => count !== 0)).toEqual([])
    expect(result).toMatchObject({ documents: 90, errors: {} })
  },
)
