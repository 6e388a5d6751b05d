import { parseArgs } from 'node:util'
import { type Floor, measureFloor } from './support/copy-floor.ts'
import { type Corpus, corpora } from './support/corpora.ts'
import { type Ingested, measureIngestion } from './support/measure-ingestion.ts'
import { median } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { scratchDatabase } from './support/scratch-database.ts'

const usage = `Ingests documents through GraphQL by format, and copies the same rows into the same tables without Groundwire.

  node bench/ingestion.ts --database <url> [--runs 3] [--copies 10] [--format Markdown]… [--embeddings 384] [--json <file>]

  --database    a PostgreSQL server: databases are made there and dropped; embedded, without a floor, where it is left out
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
const options = { embeddings: values.embeddings ? Number(values.embeddings) : null, node: values.node }

interface Measured extends Ingested {
  /** Null on the embedded database. */
  readonly floor: Floor | null
}

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const server = values.database ?? null
  const environment = await describeEnvironment(server)
  const formats = values.format.length > 0 ? values.format : Object.keys(corpora)
  const chosen = await Promise.all(formats.map(corpusNamed))
  const measured = new Map<Corpus, Measured[]>()
  // Alternating: what else the machine does meets all of them, and each floor.
  for (let run = 0; run < Number(values.runs); run++) {
    for (const corpus of chosen) {
      await using database = await scratchDatabase(server)
      const ingested = await measureIngestion(database, corpus, options)
      const floor = server === null ? null : await measureFloor(server, database)
      measured.set(corpus, [...(measured.get(corpus) ?? []), { ...ingested, floor }])
      const used = Object.entries(ingested.used).map(([name, each]) => `${name} ${each.toFixed(2)} s`)
      const floorSeconds = floor ? `, floor ${floor.seconds.toFixed(2)} s` : ''
      progress(`${corpus.format}: ${ingested.seconds.toFixed(2)} s${floorSeconds}, CPU ${used.join(', ')}`)
    }
  }
  const vectors = values.embeddings ? `with embeddings of ${values.embeddings} dimensions` : 'words only'
  publish(
    {
      title: `Ingestion through GraphQL on ${server === null ? 'the embedded database' : 'PostgreSQL'}, ${vectors}`,
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
        "Until all READY: from the first request until the last document was READY (all runs in brackets). CPU: client, server, worker with its children, and PostgreSQL's backends. Peak RSS: of the worker's process, and of it and its children together, where a page that they share counts for each. COPY floor: the rows that the ingestion left (documents, sources, chunks, vectors, statistics) by COPY in its binary format on one connection into an empty database with the same tables and indexes, in the same run; in brackets its CPU per 1,000 chunks. Of the floor: the speed of the ingestion to that of COPY.",
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

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

function describe({ format, name, documents, bytes }: Corpus): string {
  return `${format}: ${name}, ${documents.length} documents, ${(bytes / 1e6).toFixed(2)} MB`
}

function row({ format, documents, bytes }: Corpus, runs: readonly Measured[]): string[] {
  const all = runs.map(({ seconds }) => seconds)
  const seconds = median(all)
  const chunks = runs[0]?.chunks ?? 0
  const perThousand = (used: number[]) => (median(used) / (chunks / 1_000)).toFixed(2)
  const floors = runs.flatMap(({ floor }) => floor ?? [])
  const floor = median(floors.map((each) => each.seconds))
  const floorUsed = perThousand(floors.map(({ databaseSeconds }) => databaseSeconds))
  return [
    format,
    `${seconds.toFixed(2)} s (${all.map((each) => each.toFixed(2)).join(', ')})`,
    (documents.length / seconds).toFixed(documents.length < 10 * seconds ? 1 : 0),
    (bytes / 1e6 / seconds).toFixed(2),
    (chunks / seconds).toFixed(0),
    perThousand(runs.map(({ used }) => Object.values(used).reduce((sum, each) => sum + each, 0))),
    megabytes(Math.max(...runs.map(({ peak }) => peak))),
    megabytes(Math.max(...runs.map(({ familyPeak }) => familyPeak))),
    ...(floors.length > 0
      ? [`${floor.toFixed(2)} s (${floorUsed} CPU s)`, (floor / seconds).toFixed(2)]
      : ['—', '—']),
  ]
}
