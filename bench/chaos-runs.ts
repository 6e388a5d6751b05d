import { parseArgs } from 'node:util'
import { startReplicas } from '../test/testkit/runs/replicas.ts'
import { runStorm, type StormDisturbance } from '../test/testkit/runs/run-storm.ts'
import {
  cutSessions,
  outages,
  replicaFreezes,
  replicaKills,
} from '../test/testkit/runs/storm-disturbances.ts'
import { chaosOptions, chaosUsage, openChaosServer, tellFaults } from './support/chaos-server.ts'
import { progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'

const usage = `Streams answers from two servers on one PostgreSQL while they are killed and frozen, and PostgreSQL crashes, restarts
and freezes. Compares what two followers of each run saw with the log and with what the model sent last. Ends with 1
where they differ.

  node bench/chaos-runs.ts --database <url> [--runs 50] [--kills 3] [--cuts 0] [--stops 0] [--seed 1] [--pace 50]
  node bench/chaos-runs.ts --postgres <tool> [--outages 3] [--freeze 8] …

${chaosUsage}
  --outages    crashes, restarts and freezes of PostgreSQL, in turn
  --freeze     how long the server stands still, in seconds
  --kills      SIGKILLs of the replicas in turn, which are started again; with more than three a run may be given up
  --cuts       how often all sessions of the database are cut
  --stops      how often a replica is stopped for longer than its leases, and goes on
  --pace       milliseconds between two words of the model
`

const { values } = parseArgs({
  options: {
    ...chaosOptions,
    runs: { type: 'string', default: '50' },
    kills: { type: 'string', default: '3' },
    cuts: { type: 'string', default: '0' },
    stops: { type: 'string', default: '0' },
    outages: { type: 'string', default: '3' },
    freeze: { type: 'string', default: '8' },
    pace: { type: 'string', default: '50' },
  },
})

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const { url, tool, environment } = await openChaosServer(values, usage)
  const seed = Number(values.seed)
  const runs = Number(values.runs)
  const freezeMs = Number(values.freeze) * 1_000
  const disturbances: StormDisturbance[] = [
    ...replicaKills(Number(values.kills), seed),
    ...cutSessions(Number(values.cuts), seed + 1),
    ...replicaFreezes(Number(values.stops), seed + 2, 6_000),
    ...(tool ? outages(tool, Number(values.outages), { seed: seed + 3, freezeMs }) : []),
  ].toSorted((one, other) => one.moment - other.moment)

  await using database = await scratchDatabase(url)
  await using replicas = await startReplicas({
    paceMs: Number(values.pace),
    databaseUrl: database.environment.DATABASE_URL ?? '',
  })
  const result = await runStorm(replicas, { runs, seed, disturbances, progress })
  publish(
    {
      title: 'Answers under disturbances',
      data: `${runs} answers of 120 words at once, ${values.pace} ms between words, two followers each; seed ${seed}`,
      table: {
        columns: [
          'disturbances',
          'generations',
          'takeovers',
          'events seen',
          'connections lost',
          'longest silence',
          'took',
          'answers',
        ],
        rows: [
          [
            result.met.length,
            result.attempts,
            result.takeovers,
            result.events,
            result.connectionsLost,
            `${result.longestSilence.toFixed(1)} s`,
            `${result.seconds.toFixed(1)} s`,
            result.faults.length === 0 ? 'whole' : 'WRONG',
          ],
        ],
      },
      notes: result.met.map(
        ({ name, seconds, ended }) => `after ${seconds.toFixed(1)} s, ${ended} ended: ${name}`,
      ),
    },
    environment,
    values.json,
  )
  tellFaults(result.faults)
}
