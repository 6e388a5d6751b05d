import { parseArgs } from 'node:util'
import { measureFloor } from './support/copy-floor.ts'
import { type Corpus, corpora } from './support/corpora.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { memoryOf } from './support/process-memory.ts'
import { watchBackends, watchProcess } from './support/processor-time.ts'
import { median } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'
import { untilIdle } from './support/server-metrics.ts'
import { startApi, startEmbeddings, startWorker } from './support/server-process.ts'

const usage = `Ingests documents through GraphQL by format, and copies the same rows into the same tables without Groundwire.

  node bench/ingestion.ts --database <url> [--runs 3] [--copies 10] [--format Markdown]… [--embeddings 384] [--json <file>]

  --database    a PostgreSQL server: databases are made there and dropped
  --copies      of docs-fastapi, with texts of their own, and of PDFs, as they are
  --format      ${Object.keys(corpora).join(', ')}; all where none is named
  --embeddings  dimensions of an embedding server that answers at once; none where it is left out
  --node        a flag for the worker's Node, such as --node=--cpu-prof; may be repeated
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    runs: { type: 'string', default: '3' },
    copies: { type: 'string', default: '10' },
    format: { type: 'string', multiple: true, default: [] },
    embeddings: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Measured {
  readonly seconds: number
  readonly chunks: number
  /** Processor time in seconds: of client, server, worker with its children, and database. */
  readonly used: Readonly<Record<'client' | 'server' | 'worker' | 'database', number>>
  /** Bytes, of the worker alone and with its children. */
  readonly peak: number
  readonly familyPeak: number
  readonly floorSeconds: number
  readonly floorUsed: number
}

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const { database } = values
  if (!database) throw new Error(`--database is needed.\n\n${usage}`)
  const environment = await describeEnvironment(database)
  const formats = values.format.length > 0 ? values.format : Object.keys(corpora)
  const chosen = await Promise.all(formats.map(corpusNamed))
  const measured = new Map<Corpus, Measured[]>()
  // Alternating: what else the machine does meets all of them, and each floor.
  for (let run = 0; run < Number(values.runs); run++) {
    for (const corpus of chosen) {
      const result = await measure(database, corpus)
      progress(
        `${corpus.format}: ${result.seconds.toFixed(2)} s, floor ${result.floorSeconds.toFixed(2)} s, CPU ` +
          Object.entries(result.used)
            .map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`)
            .join(', '),
      )
      measured.set(corpus, [...(measured.get(corpus) ?? []), result])
    }
  }
  publish(
    {
      title: `Ingestion through GraphQL, ${values.embeddings ? `with embeddings of ${values.embeddings} dimensions` : 'words only'}`,
      data: `${chosen.map(describe).join('; ')}; ${values.runs} runs, alternating, medians`,
      table: {
        columns: [
          'format',
          'until all READY',
          'documents/s',
          'MB/s',
          'chunks/s',
          'CPU s per 1,000 chunks',
          'peak RSS of the worker',
          'and its children',
          'COPY floor',
          'of the floor',
        ],
        rows: [...measured].map(([corpus, runs]) => row(corpus, runs)),
      },
      notes: [
        "Until all READY: from the first request until the last document was READY (all runs in brackets). CPU: client + server + worker with its children + PostgreSQL's backends. Peak RSS: of the worker's process, and of it and its children together, a page that they share counted for each. COPY floor: the rows that the ingestion left (documents, sources, chunks, vectors, statistics) by COPY in its binary format on one connection into an empty database with the same tables and indexes, in the same run; in brackets its CPU per 1,000 chunks. Of the floor: the speed of the ingestion to that of COPY.",
      ],
    },
    environment,
    values.json,
  )
}

async function corpusNamed(format: string): Promise<Corpus> {
  const read = corpora[format]
  if (!read) throw new Error(`There is no format ${format}.\n\n${usage}`)
  return read(Number(values.copies))
}

async function measure(server: string, corpus: Corpus): Promise<Measured> {
  await using database = await scratchDatabase(server)
  const ingested = await ingest(database, corpus)
  const floor = await measureFloor(server, database)
  return { ...ingested, chunks: floor.chunks, floorSeconds: floor.seconds, floorUsed: floor.databaseSeconds }
}

async function ingest(database: ScratchDatabase, corpus: Corpus) {
  await using stack = new AsyncDisposableStack()
  const dimensions = values.embeddings
  const endpoint = dimensions ? stack.use(await startEmbeddings(Number(dimensions))) : null
  const embedding: Record<string, string> = endpoint
    ? {
        EMBEDDING_BASE_URL: endpoint.url,
        EMBEDDING_MODEL: 'bench',
        EMBEDDING_DIMENSIONS: dimensions ?? '',
      }
    : {}
  const environment = { ...database.environment, ...embedding }
  const api = stack.use(await startApi(environment))
  const worker = stack.use(await startWorker(environment, values.node))
  const watched = {
    server: await watchProcess(api.pid),
    worker: await watchProcess(worker.pid),
    database: await watchBackends(environment.DATABASE_URL ?? ''),
  }
  const before = process.cpuUsage()
  const { refused, seconds } = await ingestDocuments(api.url, 'bench', corpus.documents)
  const { user, system } = process.cpuUsage(before)
  if (refused > 0) throw new Error(`${refused} documents were refused`)
  const used = {
    client: (user + system) / 1e6,
    server: (await watched.server.stop()).seconds,
    worker: 0,
    database: (await watched.database.stop()).seconds,
  }
  const work = await watched.worker.stop()
  const { peak } = await memoryOf(worker.pid)
  // What COPY writes again must be all there: statistics are folded a second later.
  await untilIdle(worker.url)
  return { seconds, used: { ...used, worker: work.seconds }, peak, familyPeak: work.peak }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

function describe({ format, name, documents, bytes }: Corpus): string {
  return `${format}: ${name}, ${documents.length} documents, ${(bytes / 1e6).toFixed(2)} MB`
}

function row({ format, documents, bytes }: Corpus, runs: readonly Measured[]): string[] {
  const all = runs.map(({ seconds }) => seconds)
  const seconds = median(all)
  const chunks = runs[0]?.chunks ?? 0
  const thousands = chunks / 1_000
  const used = median(runs.map((run) => Object.values(run.used).reduce((sum, each) => sum + each, 0)))
  const floor = median(runs.map(({ floorSeconds }) => floorSeconds))
  const floorUsed = median(runs.map((run) => run.floorUsed))
  return [
    format,
    `${seconds.toFixed(2)} s (${all.map((each) => each.toFixed(2)).join(', ')})`,
    (documents.length / seconds).toFixed(0),
    (bytes / 1e6 / seconds).toFixed(2),
    (chunks / seconds).toFixed(0),
    (used / thousands).toFixed(2),
    megabytes(Math.max(...runs.map(({ peak }) => peak))),
    megabytes(Math.max(...runs.map(({ familyPeak }) => familyPeak))),
    `${floor.toFixed(2)} s (${(floorUsed / thousands).toFixed(2)} CPU s)`,
    (floor / seconds).toFixed(2),
  ]
}
