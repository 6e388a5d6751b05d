import { parseArgs } from 'node:util'
import { migrate } from '../src/db/migrate.ts'
import { openDatabase } from '../src/db/open-database.ts'
import { createLogger } from '../src/telemetry/logger.ts'
import { sharedData } from './support/data-folder.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { type MarkdownFolder, readMarkdownFolder } from './support/markdown-folder.ts'
import { memoryOf } from './support/process-memory.ts'
import { median } from './support/quantile.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'
import { startServer } from './support/server-process.ts'

const usage = `Ingests a folder of Markdown through GraphQL, and inserts the same rows without Groundwire.

  node bench/ingestion.ts --database <url> [--runs 3] [--data <folder>] [--only postgresql|embedded] [--json <file>]

  --database   a PostgreSQL server: databases are made there and dropped
  --data       a folder of Markdown (../shared/data/docs-fastapi)
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    data: { type: 'string', default: `${sharedData}docs-fastapi` },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Measured {
  readonly startMs: number
  readonly seconds: number
  readonly ready: number
  readonly peak: number
  readonly stopMs: number
  readonly chunks: number
  /** Inserting the same rows again, all in one statement. */
  readonly floorSeconds: number
}

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const server = values.database ?? null
  if (server === null && values.only !== 'embedded') throw new Error(`--database is needed.\n\n${usage}`)
  const folder = await readMarkdownFolder(values.data)
  const environment = await describeEnvironment(server)
  const targets =
    values.only === 'embedded' ? [null] : values.only === 'postgresql' ? [server] : [server, null]
  const measured = new Map<string, Measured[]>()
  // Alternating: what else the machine does meets both.
  for (let run = 0; run < Number(values.runs); run++) {
    for (const target of targets) {
      await using database = await scratchDatabase(target)
      const result = await measure(database, folder)
      progress(
        `${database.name}: ${result.seconds.toFixed(2)} s, floor ${result.floorSeconds.toFixed(3)} s, ` +
          `start ${result.startMs.toFixed(0)} ms, stop ${result.stopMs.toFixed(0)} ms`,
      )
      measured.set(database.name, [...(measured.get(database.name) ?? []), result])
    }
  }
  publish(
    {
      title: 'Ingestion through GraphQL',
      data: `${folder.name}, ${folder.documents.length} documents, ${(folder.bytes / 1e6).toFixed(2)} MB; ${values.runs} runs, alternating, medians (all runs in brackets)`,
      table: {
        columns: [
          'database',
          'until all READY',
          'documents/s',
          'MB/s',
          'chunks/s',
          'peak RSS',
          'floor',
          'ratio',
          'stop',
        ],
        rows: [...measured].map(([name, runs]) => row(name, runs, folder)),
      },
      notes: [
        'Floor: one INSERT … SELECT of the very chunk rows (text, terms, weights) into an empty table with the same columns and indexes, in the same database: no parsing, no words, no queue, no network. Ratio: ingestion to floor. Stop: from SIGTERM, sent when the last document was READY, until the process has ended.',
      ],
    },
    environment,
    values.json,
  )
}

async function measure(database: ScratchDatabase, folder: MarkdownFolder): Promise<Measured> {
  await using server = await startServer(database.environment)
  const { ready, refused, seconds } = await ingestDocuments(server.url, 'bench', folder.documents)
  if (refused > 0) throw new Error(`${refused} documents were refused`)
  const { peak } = await memoryOf(server.pid)
  const stopMs = await server.stop()
  const { startMs } = server
  return { startMs, seconds, ready, peak, stopMs, ...(await insertAgain(database)) }
}

/** The floor. Read once before, so that neither side of the comparison waits for the disk. */
async function insertAgain({ config }: ScratchDatabase): Promise<{ chunks: number; floorSeconds: number }> {
  const database = await openDatabase(config, createLogger('warn'))
  try {
    await migrate(database, async () => {})
    const { pool } = database
    await pool.query('CREATE TABLE bench_source AS SELECT * FROM chunk')
    await pool.query('CREATE TABLE bench_floor (LIKE chunk INCLUDING ALL)')
    await pool.query('SELECT sum(length(bench_source::text)) FROM bench_source')
    const began = performance.now()
    const { rowCount } = await pool.query('INSERT INTO bench_floor SELECT * FROM bench_source')
    return { chunks: rowCount ?? 0, floorSeconds: (performance.now() - began) / 1_000 }
  } finally {
    await database.close()
  }
}

function row(name: string, runs: readonly Measured[], folder: MarkdownFolder): string[] {
  const all = runs.map(({ seconds }) => seconds)
  const seconds = median(all)
  const floor = median(runs.map(({ floorSeconds }) => floorSeconds))
  const chunks = runs[0]?.chunks ?? 0
  return [
    name,
    `${seconds.toFixed(2)} s (${all.map((each) => each.toFixed(2)).join(', ')})`,
    (folder.documents.length / seconds).toFixed(0),
    (folder.bytes / 1e6 / seconds).toFixed(2),
    (chunks / seconds).toFixed(0),
    `${(Math.max(...runs.map(({ peak }) => peak)) / 1e6).toFixed(0)} MB`,
    `${floor.toFixed(3)} s`,
    (seconds / floor).toFixed(1),
    `${(median(runs.map(({ stopMs }) => stopMs)) / 1_000).toFixed(2)} s`,
  ]
}
