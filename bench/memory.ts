import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createClient } from '../clients/typescript/client.ts'
import { sharedData } from './support/data-folder.ts'
import { ingestDocuments } from './support/ingest-documents.ts'
import { type MarkdownFolder, readMarkdownFolder } from './support/markdown-folder.ts'
import { memoryOf } from './support/process-memory.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'
import { readMetric } from './support/server-metrics.ts'
import { type BenchProcess, startServer } from './support/server-process.ts'

const usage = `Measures the resident memory of a process that serves and works, at rest after real work (Linux).

  node bench/memory.ts --database <url> [--data <folder>] [--retrieves 1000] [--asks 20] [--rest 10] [--only postgresql|embedded] [--json <file>]

  --database   a PostgreSQL server: a database is made there and dropped
  --data       a folder of Markdown (../shared/data/docs-fastapi); its headings are the questions
  --node       a flag for the server's Node, such as --node=--max-semi-space-size=4; may be repeated
`

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    data: { type: 'string', default: `${sharedData}docs-fastapi` },
    retrieves: { type: 'string', default: '1000' },
    asks: { type: 'string', default: '20' },
    rest: { type: 'string', default: '10' },
    only: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const collection = 'bench'
const parts = [
  ['heap used', 'groundwire_nodejs_heap_size_used_bytes'],
  ['heap total', 'groundwire_nodejs_heap_size_total_bytes'],
  ['external', 'groundwire_nodejs_external_memory_bytes'],
] as const

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
const dashes = (count: number) => Array.from({ length: count }, () => '—')

if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const server = values.database ?? null
  if (server === null && values.only !== 'embedded') throw new Error(`--database is needed.\n\n${usage}`)
  const folder = await readMarkdownFolder(values.data)
  const environment = await describeEnvironment(server)
  const rows: string[][] = [
    ['node, nothing loaded (floor)', 'at rest', megabytes(await bareNode()), ...dashes(4)],
  ]
  const targets =
    values.only === 'embedded' ? [null] : values.only === 'postgresql' ? [server] : [server, null]
  for (const target of targets) {
    await using database = await scratchDatabase(target)
    rows.push(...(await measure(database, folder)))
  }
  publish(
    {
      title: 'Resident memory of a serving process',
      data: `${folder.name}, ${folder.documents.length} documents; then ${values.retrieves} retrieves and ${values.asks} asks, extractive; then ${values.rest} s of rest${values.node.map((flag) => `; node ${flag}`).join('')}`,
      table: {
        columns: ['process', 'after', 'resident', 'peak so far', ...parts.map(([name]) => name)],
        rows,
      },
      notes: [
        "API and worker in one process. MB of 10⁶ bytes; PostgreSQL's own processes are not counted, the embedded database is in the process: its WebAssembly memory is external. Heap and external are Node's own figures on /metrics.",
      ],
    },
    environment,
    values.json,
  )
}

async function measure(database: ScratchDatabase, folder: MarkdownFolder): Promise<string[][]> {
  await using server = await startServer(database.environment, values.node)
  const rows: string[][] = []
  const note = async (after: string) => {
    rows.push(await sample(database.name, server, after))
    progress(rows.at(-1)?.join('  ') ?? '')
  }
  await note('start')
  const { refused } = await ingestDocuments(server.url, collection, folder.documents)
  if (refused > 0) throw new Error(`${refused} documents were refused`)
  await note('ingestion')
  const client = createClient({ url: server.url })
  const question = (index: number) => folder.headings[index % folder.headings.length] ?? ''
  for (let index = 0; index < Number(values.retrieves); index++) {
    await client.retrieve({ query: question(index), collection, topK: 10 })
  }
  await note('retrieves')
  for (let index = 0; index < Number(values.asks); index++) {
    await client.ask({ question: question(index * 7), collection })
  }
  await note('asks')
  await delay(Number(values.rest) * 1_000)
  await note('rest')
  return rows
}

async function sample(name: string, { url, pid }: BenchProcess, after: string): Promise<string[]> {
  const { resident, peak } = await memoryOf(pid)
  const figures = await Promise.all(
    parts.map(async ([, metric]) => [...(await readMetric(url, metric)).values()][0] ?? Number.NaN),
  )
  return [name, after, megabytes(resident), megabytes(peak), ...figures.map(megabytes)]
}

async function bareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })
  await delay(1_000)
  const { resident } = await memoryOf(child.pid ?? 0)
  child.kill()
  return resident
}
