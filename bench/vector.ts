import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { dropDatabase } from './support/kept-database.ts'
import { measureSearch, type SearchPoint } from './support/measure-search.ts'
import { describeEnvironment, type Environment, progress, publish } from './support/report.ts'
import { drawVectorChart, type VectorResult } from './support/vector-chart.ts'
import { vectorDatabase, withClient } from './support/vector-database.ts'
import {
  type BuiltIndex,
  ensureIndex,
  offerIndex,
  parseIndexSpec,
  specName,
} from './support/vector-indexes.ts'
import { writePlans } from './support/vector-plans.ts'

const usage = `Recall and speed of vector search over clustered vectors in the product's table, by index and ef_search.

  node bench/vector.ts --database <url> [--count 20000] [--keep <name>] [--indexes halfvec-16-64,…]
  node bench/vector.ts --draw <result.json>,… --svg <file>

  --database     a PostgreSQL server, as a superuser: a database is made there
  --count        vectors (20000, 100000, 1000000); a million take some minutes to load and much longer to index
  --keep         the database's name; it stays, and where it is there, it and its indexes are used again
  --indexes      kind-m-ef_construction, the kinds halfvec, vector and binary
                 (halfvec-16-64,halfvec-16-128,halfvec-24-128,halfvec-32-128,vector-16-64,binary-16-64)
  --ef-search    (10,20,40,100,200,400); for binary it is how many are ranked again, too
  --queries      timed ones of each kind (1000)
  --clients      at once (8)
  --memory       maintenance_work_mem of a build (4GB)
  --workers      parallel ones of a build, beside the first process (1)
  --json         a file for the result
  --plans        a file for EXPLAIN (ANALYZE, BUFFERS) of each search
  --draw, --svg  draws results that were written with --json
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    count: { type: 'string', default: '20000' },
    keep: { type: 'string' },
    indexes: {
      type: 'string',
      default: 'halfvec-16-64,halfvec-16-128,halfvec-24-128,halfvec-32-128,vector-16-64,binary-16-64',
    },
    'ef-search': { type: 'string', default: '10,20,40,100,200,400' },
    queries: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '8' },
    memory: { type: 'string', default: '4GB' },
    workers: { type: 'string', default: '1' },
    json: { type: 'string' },
    plans: { type: 'string' },
    draw: { type: 'string' },
    svg: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else if (values.draw && values.svg) draw(values.draw.split(','), values.svg)
else await main()

async function main(): Promise<void> {
  if (!values.database) throw new Error(`--database is needed.\n\n${usage}`)
  const count = Number(values.count)
  const environment = await describeEnvironment(values.database)
  const name = values.keep ?? `bench_vector_${process.pid}`
  try {
    await sweep(values.database, name, count, environment)
  } finally {
    if (!values.keep) await dropDatabase(values.database, name)
  }
}

async function sweep(server: string, name: string, count: number, environment: Environment): Promise<void> {
  const database = await vectorDatabase(server, name, count)
  const { url, spaceId, vectors, exact } = database
  const settings = { memory: values.memory, workers: Number(values.workers) }
  const indexes: { index: BuiltIndex; points: SearchPoint[] }[] = []
  for (const spec of values.indexes.split(',').map(parseIndexSpec)) {
    const index = await withClient(url, async (client) => {
      const built = await ensureIndex(client, spaceId, spec, settings)
      await offerIndex(client, built.name)
      return built
    })
    progress(`${specName(spec)} is built`)
    const points: SearchPoint[] = []
    for (const efSearch of values['ef-search'].split(',').map(Number)) {
      const load = { queries: Number(values.queries), clients: Number(values.clients) }
      points.push(await measureSearch(database, index, efSearch, load))
    }
    indexes.push({ index, points })
  }
  const title = `Vector search, ${count.toLocaleString('en')} × ${vectors.dimensions}`
  if (values.plans) {
    const built = indexes.map(({ index }) => index)
    await writePlans(values.plans, database, built, environment, title)
  }
  publish(
    {
      title,
      data: `${vectors.clusters} clusters of unequal sizes; recall of ${exact.length} queries against all vectors, times of ${values.queries}, topK 10`,
      table: {
        columns: [
          'index, m, ef_construction',
          'build s (workers, load)',
          'MB',
          'ef_search',
          'recall@10',
          'p50 ms',
          'p95',
          'p99',
          'queries/s',
          `at ${values.clients} clients`,
        ],
        rows: indexes.flatMap(({ index, points }) => points.map((point, at) => row(index, point, at === 0))),
      },
      notes: [
        'Queries are of the same clusters, and none is a row. Times are of the statement alone, prepared, by pg on the same cores: no passage is read. The recall counts what the exact search over the stored half floats finds.',
      ],
    },
    environment,
    undefined,
  )
  if (values.json) {
    writeFileSync(values.json, `${JSON.stringify({ count, environment, indexes }, null, 2)}\n`)
  }
}

function row(index: BuiltIndex, point: SearchPoint, first: boolean): (string | number)[] {
  const { efSearch, recall, p50, p95, p99, perSecond, perSecondTogether } = point
  return [
    ...(first
      ? [
          `${index.kind}, ${index.m}, ${index.efConstruction}`,
          `${index.seconds.toFixed(1)} (${index.workers}, ${index.load.toFixed(1)})`,
          (index.bytes / 1e6).toFixed(0),
        ]
      : ['', '', '']),
    efSearch,
    recall.toFixed(3),
    ...[p50, p95, p99].map((time) => time.toFixed(2)),
    perSecond.toFixed(0),
    perSecondTogether.toFixed(0),
  ]
}

function draw(files: readonly string[], svg: string): void {
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as VectorResult)
  writeFileSync(svg, drawVectorChart(results))
}
