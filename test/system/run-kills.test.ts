import { expect, test } from 'vitest'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { startReplicas } from '../testkit/runs/replicas.ts'
import { runStorm } from '../testkit/runs/run-storm.ts'
import { cutSessions, replicaFreezes, replicaKills } from '../testkit/runs/storm-disturbances.ts'

// bench/chaos-runs.ts is the long form, with crashes, restarts and freezes of PostgreSQL beside the kills.
const onServer = test.skipIf(databaseKind() === 'embedded')
const seed = 20261123

onServer.for([
  { kind: 'killed three times', runs: 50, paceMs: 50, disturbances: replicaKills(3, seed) },
  {
    kind: 'cut off from their database and frozen',
    runs: 16,
    paceMs: 40,
    disturbances: [...cutSessions(3, seed), ...replicaFreezes(1, seed, 6_000)],
  },
])(
  '$runs runs over replicas that are $kind are completed, each once',
  { timeout: 300_000 },
  async ({ runs, paceMs, disturbances }) => {
    await using database = await createTestDatabase()
    await using replicas = await startReplicas({ paceMs, databaseUrl: database.env.DATABASE_URL ?? '' })
    const { faults, met, ...counts } = await runStorm(replicas, { runs, seed, disturbances })
    process.stdout.write(`${JSON.stringify({ met, ...counts })}\n`)
    expect(faults).toEqual([])
    expect(met).toHaveLength(disturbances.length)
  },
)
