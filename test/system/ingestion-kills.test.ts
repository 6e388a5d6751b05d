import { expect, inject, test } from 'vitest'
import { chaosCorpus } from '../testkit/chaos/corpus.ts'
import { workerKills } from '../testkit/chaos/disturbances.ts'
import { runChaos } from '../testkit/chaos/run-chaos.ts'
import { startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

// bench/chaos-ingestion.ts is the long form, with outages of PostgreSQL beside the kills.
const template = inject('template')
const server = template.kind === 'server' ? template.url : null

const dimensions = 64
const seed = 20261121

test.skipIf(server === null).for([
  { kind: 'words', documents: 90, kills: 3 },
  { kind: 'words and vectors', documents: 150, kills: 5 },
])(
  'an ingestion of $kind whose worker is killed $kills times ends as an undisturbed one does',
  // Beside each other: most of the time they wait for the heartbeats of workers that are gone.
  { concurrent: true, timeout: 300_000 },
  async ({ kind, documents, kills }) => {
    await using upstream = await startFakeOpenAi({ dimensions })
    const result = await runChaos({
      server: server ?? '',
      upstream: kind === 'words' ? null : upstream,
      dimensions,
      steps: chaosCorpus(documents, seed),
      disturbances: [workerKills(kills, documents, seed)],
    })
    expect(result.met).toHaveLength(kills)
    expect(result.differences).toEqual([])
    expect(result.faults).toEqual([])
    expect(result.lost).toEqual([])
    expect(Object.entries(result.leftovers).filter(([, count]) => count !== 0)).toEqual([])
    expect(result).toMatchObject({ documents: documents * 0.9, errors: {} })
  },
)
