import { parseArgs } from 'node:util'
import { createClient } from '../clients/typescript/client.ts'
import { type DocumentInput, RetrieveDocument } from '../clients/typescript/generated/graphql.ts'
import { readBeirSet } from './support/beir-set.ts'
import { sharedData } from './support/data-folder.ts'
import { connect, type GraphqlConnection } from './support/graphql-connection.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { quantile } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { untilIdle } from './support/server-metrics.ts'
import { startApi, startWorker } from './support/server-process.ts'

const usage = `Measures retrieve while thousands of documents are enqueued, and while a worker works on them.

  node bench/enqueue.ts --database <url> [--documents 10000] [--runs 3] [--idle 1000] [--json <file>]

  --database    a PostgreSQL server: a database is made there and dropped
  --documents   small ones, sent by the project's client into another collection, 100 a request
  --idle        retrieves without other work, before each of the runs
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    documents: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    idle: { type: 'string', default: '1000' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const collection = 'base'

const phases = ['idle', 'while they are enqueued', 'while they are worked on'] as const
type Phase = (typeof phases)[number]

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  if (!values.database) throw new Error(`--database is needed.\n\n${usage}`)
  const environment = await describeEnvironment(values.database)
  const set = await readBeirSet(`${sharedData}squad-v1.1-dev`)
  const passages = (await Array.fromAsync(set.documents())).map(({ source }) => source.text ?? '')
  const queries = set.queries.map(({ text }) => text)
  await using database = await scratchDatabase(values.database)
  await using api = await startApi(database.environment)
  await using worker = await startWorker(database.environment)
  await ingestDocuments(api.url, collection, set.documents())
  using connection = connect(api.url, 1)
  const times: Record<Phase, number[]> = {
    idle: [],
    'while they are enqueued': [],
    'while they are worked on': [],
  }
  const client = createClient({ url: api.url })
  const query = endless(queries)
  let enqueuedSeconds = 0
  for (let run = 0; run < Number(values.runs); run++) {
    await untilIdle(worker.url)
    let left = Number(values.idle)
    // The first run's beginning warms up connections, plans and the compiler.
    if (run === 0) await retrieveWhile(connection, query, [], () => left-- > 0)
    left = Number(values.idle)
    await retrieveWhile(connection, query, times.idle, () => left-- > 0)

    const began = performance.now()
    let phase: Phase | null = 'while they are enqueued'
    const documents = small(passages, Number(values.documents), run)
    const work = (async () => {
      const { ingestions } = await client.ingest({ collection: `bulk-${run}`, documents })
      enqueuedSeconds += (performance.now() - began) / 1_000
      phase = 'while they are worked on'
      for (const { id } of ingestions) for await (const _ of client.watchIngestion(id));
      phase = null
    })()
    for (const each of phases.slice(1)) {
      await retrieveWhile(connection, query, times[each], () => phase === each)
    }
    await work
    progress(`run ${run + 1}: ${((performance.now() - began) / 1_000).toFixed(1)} s until all were READY`)
  }
  const idle = times.idle
  publish(
    {
      title: 'Retrieve while documents are enqueued',
      data: `${set.name}, ${passages.length} documents, LEXICAL, topK 10, one retrieve after the other; ${values.documents} documents of about 200 characters into another collection, ${values.runs} runs, enqueued in ${(enqueuedSeconds / Number(values.runs)).toFixed(1)} s on average; times in ms`,
      table: {
        columns: ['retrieve', 'count', 'p50', 'p95', 'p99', 'p50 to idle', 'p95 to idle'],
        rows: phases.map((phase) => {
          const own = times[phase]
          const at = (q: number) => quantile(own, q)
          const ratio = (q: number) => (at(q) / quantile(idle, q)).toFixed(1)
          return [
            phase,
            own.length,
            ...[0.5, 0.95, 0.99].map((q) => at(q).toFixed(2)),
            ratio(0.5),
            ratio(0.95),
          ]
        }),
      },
      notes: ["Client, server, worker and PostgreSQL share the machine's cores."],
    },
    environment,
    values.json,
  )
}

async function retrieveWhile(
  connection: GraphqlConnection,
  queries: Iterator<string, never>,
  times: number[],
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    const input = { query: queries.next().value, collection, topK: 10, mode: 'LEXICAL' } as const
    const began = performance.now()
    await connection.post(RetrieveDocument, { input })
    times.push(performance.now() - began)
  }
}

function* endless<T>(items: readonly T[]): Generator<T, never> {
  for (;;) yield* items
}

/** Beginnings of passages, each with a number of its own. */
function* small(passages: readonly string[], count: number, run: number): Generator<DocumentInput> {
  for (let index = 0; index < count; index++) {
    const beginning = passages[index % passages.length]?.slice(0, 180).toWellFormed() ?? ''
    const text = `${beginning} (${run}, ${index})`
    yield { externalId: `${run}/${index}`, title: 'Small', mimeType: 'text/plain', source: { text } }
  }
}
