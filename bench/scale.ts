import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RetrieveInput } from '../clients/typescript/generated/graphql.ts'
import { readBeirSet } from './support/beir-set.ts'
import { sharedData } from './support/data-folder.ts'
import { filteredRecall } from './support/filtered-recall.ts'
import { connect } from './support/graphql-connection.ts'
import { dropDatabase } from './support/kept-database.ts'
import { measureRetrieve, type RetrieveTimes } from './support/measure-retrieve.ts'
import { passageDatabase } from './support/passage-database.ts'
import { describeEnvironment, type Environment, progress, publish } from './support/report.ts'
import { retrievalPlans } from './support/retrieval-plans.ts'
import { startApi, startMixture } from './support/server-process.ts'
import { spread } from './support/spread.ts'
import { benchCollection, benchModel, dimensions } from './support/vector-database.ts'

const usage = `LEXICAL, VECTOR and HYBRID retrieve through GraphQL as the passages grow, and VECTOR under filters.

  node bench/scale.ts --database <url> [--counts 20000,100000,1000000] [--keep gw_vec_] [--renew] [--plans <folder>]

  --database  a PostgreSQL server, as a superuser: a database is made there for each count
  --counts    passages (20000,100000)
  --keep      how the databases' names begin, the count follows; they stay, and are used again where they are there.
              bench/vector.ts uses the same ones
  --renew     writes the passages again: after a change of the analysis or the schema
  --index     of the vectors, as in bench/vector.ts (halfvec-16-64)
  --data      a folder in BEIR layout, whose sentences are recombined and whose questions are asked (../shared/data/squad-v1.1-dev)
  --requests  of each mode (600), after a third as many others that are not timed
  --at-once   for the requests a second (8)
  --top-k     (10)
  --filtered  questions under each filter; 0 leaves them out (100)
  --plans     a folder for EXPLAIN (ANALYZE, BUFFERS) of a typical question's statements
  --json      a file for the numbers
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    counts: { type: 'string', default: '20000,100000' },
    keep: { type: 'string' },
    renew: { type: 'boolean', default: false },
    index: { type: 'string', default: 'halfvec-16-64' },
    data: { type: 'string', default: `${sharedData}squad-v1.1-dev` },
    requests: { type: 'string', default: '600' },
    'at-once': { type: 'string', default: '8' },
    'top-k': { type: 'string', default: '10' },
    filtered: { type: 'string', default: '100' },
    plans: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const modes = ['LEXICAL', 'VECTOR', 'HYBRID'] as const
const topK = Number(values['top-k'])
/** How many of a hundred shards pass. */
const selectivities = [1, 10]

type Row = (string | number)[]

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  if (!values.database) throw new Error(`--database is needed.\n\n${usage}`)
  const environment = await describeEnvironment(values.database)
  const requests = Number(values.requests)
  const questions = spread((await readBeirSet(values.data)).queries, Math.ceil((requests * 4) / 3)).map(
    ({ text }) => text,
  )
  const rows: Row[] = []
  const first = new Map<string, number>()
  for (const count of values.counts.split(',').map(Number)) {
    const name = values.keep ? `${values.keep}${count}` : `bench_scale_${process.pid}_${count}`
    try {
      rows.push(...(await measureCount(values.database, name, count, questions, first, environment)))
    } finally {
      if (!values.keep) await dropDatabase(values.database, name)
    }
  }
  publish(
    {
      title: 'Retrieve through GraphQL as the passages grow',
      data: `Sentences of ${values.data.split('/').at(-1)} recombined, names as in a corpus that grows; ${requests} of its questions, topK ${topK}; vectors of ${dimensions} dimensions, clustered (${values.index}); times in ms`,
      table: {
        columns: [
          'passages',
          'mode',
          'p50',
          'p95',
          'p99',
          'p50 to the first',
          `requests/s, ${values['at-once']} at once`,
          'p95 then',
          'recall@10',
          'short',
        ],
        rows,
      },
      notes: [
        `Server, PostgreSQL, embedding server and this client share the machine's cores. Embedding a question costs its request and next to nothing else. Recall and short (results with fewer than ${topK} hits) are those of ${values.filtered} questions under a filter on metadata, beside the exact answer; where it is underfilled, the number that said so follows.`,
      ],
    },
    environment,
    values.json,
  )
}

async function measureCount(
  server: string,
  name: string,
  count: number,
  questions: readonly string[],
  first: Map<string, number>,
  environment: Environment,
): Promise<Row[]> {
  const source = { folder: values.data, count, renew: values.renew, index: values.index }
  const database = await passageDatabase(server, name, source)
  await using embeddings = await startMixture(count, dimensions)
  await using api = await startApi({
    DATABASE_URL: database.url,
    EMBEDDING_BASE_URL: embeddings.url,
    EMBEDDING_MODEL: benchModel,
    EMBEDDING_DIMENSIONS: String(dimensions),
  })
  const atOnce = Number(values['at-once'])
  using connection = connect(api.url, atOnce)
  const rows: Row[] = []
  const typical: RetrieveInput[] = []
  const warmUp = Math.floor(questions.length / 4)
  for (const mode of modes) {
    const inputs = questions.map((query) => ({ query, topK, mode, collection: benchCollection.name }))
    const times = await measureRetrieve(connection, inputs.slice(0, warmUp), inputs.slice(warmUp), atOnce)
    if (!first.has(mode)) first.set(mode, times.p50)
    rows.push(row(count, mode, times, first.get(mode) ?? times.p50))
    typical.push(times.typical)
    progress(`${count} passages, ${mode}: ${times.p50.toFixed(1)} ms`)
  }
  const filtered = Number(values.filtered)
  for (const size of filtered > 0 ? selectivities : []) {
    const asked = questions.slice(0, filtered)
    const { recall, short, underfilled, p50, p95 } = await filteredRecall(
      connection,
      database,
      asked,
      { first: 7, size },
      topK,
    )
    const shortText = underfilled > 0 ? `${short} (${underfilled})` : short
    rows.push([
      ...[count, `VECTOR, filter of ${size} %`, p50.toFixed(2), p95.toFixed(2), '', '', '', ''],
      ...[recall.toFixed(3), shortText],
    ])
  }
  if (values.plans) await writePlans(values.plans, database, count, typical, environment)
  return rows
}

function row(
  count: number,
  mode: string,
  { p50, p95, p99, perSecond, p95Together }: RetrieveTimes,
  first: number,
): Row {
  const ratio = (p50 / first).toFixed(1)
  const times = [p50, p95, p99].map((time) => time.toFixed(2))
  return [count, mode, ...times, ratio, perSecond.toFixed(0), p95Together.toFixed(1), '', '']
}

async function writePlans(
  folder: string,
  database: Parameters<typeof retrievalPlans>[0],
  count: number,
  typical: readonly RetrieveInput[],
  environment: Environment,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const parts = [`Retrieve over ${count} passages\n${Object.values(environment).join('\n')}\n`]
  for (const input of typical) parts.push(await retrievalPlans(database, input))
  writeFileSync(join(folder, `retrieve-${count}.txt`), parts.join('\n'))
}
