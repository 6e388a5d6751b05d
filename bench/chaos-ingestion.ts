import { parseArgs } from 'node:util'
import { chaosCorpus } from '../test/testkit/chaos/corpus.ts'
import { serverOutages, workerKills } from '../test/testkit/chaos/disturbances.ts'
import { type ChaosResult, runChaos } from '../test/testkit/chaos/run-chaos.ts'
import { embed } from '../test/testkit/upstream/embeddings.ts'
import { startFakeOpenAi } from '../test/testkit/upstream/fake-openai.ts'
import { chaosOptions, chaosUsage, openChaosServer, tellFaults } from './support/chaos-server.ts'
import { progress, publish } from './support/report.ts'

const usage = `Kills workers, and crashes, restarts and freezes PostgreSQL, in the middle of ingestions, and compares each
database with that of an ingestion that nothing disturbed. Ends with 1 where they differ.

  node bench/chaos-ingestion.ts --database <url> [--kills 20] [--documents 500] [--seed 1] [--only lexical|embeddings]
  node bench/chaos-ingestion.ts --postgres <tool> [--outages 6] [--freeze 12] …

${chaosUsage}
  --freeze     the longest that the server stands still, in seconds
`

const { values } = parseArgs({
  options: {
    ...chaosOptions,
    kills: { type: 'string', default: '20' },
    outages: { type: 'string', default: '6' },
    freeze: { type: 'string', default: '12' },
    documents: { type: 'string', default: '500' },
    only: { type: 'string' },
  },
})

const dimensions = 64

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const { url, tool, environment } = await openChaosServer(values, usage)
  const seed = Number(values.seed)
  const documents = Number(values.documents)
  const steps = chaosCorpus(documents, seed)
  const outages = { steps: steps.length, seed: seed + 2, maxFreezeMs: Number(values.freeze) * 1_000 }
  const disturbances = [
    workerKills(Number(values.kills), documents, seed + 1),
    tool ? serverOutages(tool, Number(values.outages), outages) : [],
  ]
  const results: [string, ChaosResult][] = []
  for (const kind of values.only ? [values.only] : ['lexical', 'embeddings']) {
    progress(`${kind}, seed ${seed}`)
    await using upstream = await startFakeOpenAi({ dimensions })
    upstream.embeddings.otherwise(embed({ dimensions }))
    const result = await runChaos({
      server: url,
      upstream: kind === 'embeddings' ? upstream : null,
      dimensions,
      steps,
      disturbances,
      progress,
    })
    results.push([kind, result])
  }
  publish(
    {
      title: 'Ingestion under disturbances',
      data: `${documents} documents made by code in ${steps.length} steps, a fifth of them with a second content, a tenth deleted; seed ${seed}`,
      table: {
        columns: [
          'ingestion',
          'disturbances',
          'documents',
          'chunks',
          'undisturbed',
          'disturbed',
          'database',
          'API errors',
        ],
        rows: results.map(([kind, result]) => row(kind, result)),
      },
      notes: [],
    },
    environment,
    values.json,
  )
  process.stdout.write(`\n${moments(results)}\n`)
  tellFaults(results.flatMap(([kind, result]) => problems(result).map((problem) => `${kind}: ${problem}`)))
}

/** What met which state of the ingestion. */
function moments(results: readonly [string, ChaosResult][]): string {
  const rows = results.flatMap(([kind, { met }]) =>
    met.map(({ name, seconds, statuses }) => `| ${kind} | ${seconds.toFixed(1)} s | ${name} | ${statuses} |`),
  )
  return ['| ingestion | after | what | documents |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** What must not be, one line each. */
function problems({ differences, faults, leftovers, lost }: ChaosResult): string[] {
  const left = Object.entries(leftovers).filter(([, count]) => count !== 0)
  return [
    ...differences.map((difference) => `the databases differ: ${difference}`),
    ...faults.slice(0, 10).map((fault) => `wrong: ${fault}`),
    ...left.map(([what, count]) => `left behind: ${count} ${what}`),
    ...(lost.length > 0 ? [`${lost.length} accepted documents are not READY, such as ${lost[0]}`] : []),
  ]
}

function row(kind: string, result: ChaosResult): (string | number)[] {
  const { met, documents, chunks, seconds, errors } = result
  return [
    kind,
    met.length,
    documents,
    chunks,
    `${seconds.calm.toFixed(1)} s`,
    `${seconds.stormy.toFixed(1)} s`,
    problems(result).length === 0 ? 'equal' : 'DIFFERENT',
    Object.entries(errors)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ') || 'none',
  ]
}
