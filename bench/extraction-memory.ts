import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { FailureError } from '../src/failure.ts'
import { utf8Runs } from '../src/ingestion/document-text.ts'
import { createExtractor } from '../src/ingestion/extraction/create-extractor.ts'
import { createLogger } from '../src/telemetry/logger.ts'
import { watchChildren } from './support/child-memory.ts'
import { largeFile, largeFormats, type Script, scripts } from './support/large-files.ts'
import { memoryOf } from './support/process-memory.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'

const usage = `What it takes to extract large files of ordinary content: time, and the memory of child and parent (Linux).

  node bench/extraction-memory.ts [--megabytes 60] [--only <format>] [--script <script>] [--json <file>]

  --megabytes   of each file; of a DOCX, of its document.xml
  --only        formats whose name begins so: ${largeFormats.map(({ name }) => `"${name}"`).join(', ')}
  --script      what it is written in: ${Object.keys(scripts).join(', ')}
`

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    script: { type: 'string', default: '' },
    json: { type: 'string' },
    /** A file, in a process of its own: how this script calls itself. */
    measure: { type: 'string' },
    type: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

/** Bytes and seconds. */
interface Measured {
  readonly outcome: string
  readonly text: number
  readonly chunks: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly child: number
  readonly parent: number
  /** Of the parent before it has the file. */
  readonly before: number
}

if (values.help) process.stdout.write(usage)
else if (values.measure) process.stdout.write(JSON.stringify(await measure(values.measure, values.type)))
else await main()

async function main(): Promise<void> {
  const environment = await describeEnvironment(null)
  const bytes = Number(values.megabytes) * 1e6
  const folder = await mkdtemp(join(tmpdir(), 'extraction-memory-'))
  const rows: string[][] = []
  try {
    for (const format of largeFormats.filter(({ name }) => name.startsWith(values.only))) {
      for (const script of Object.keys(scripts).filter((name) => name.startsWith(values.script))) {
        const path = join(folder, 'file')
        const file = largeFile(format, script as Script, bytes)
        await writeFile(path, file)
        const measured = await inOwnProcess(path, format.mimeType)
        rows.push([format.name, script, ...cells(measured, file.length)])
        progress(rows.at(-1)?.join(' · ') ?? '')
      }
    }
  } finally {
    await rm(folder, { recursive: true })
  }
  const costs = ['text', 'chunks', 'seconds', 'processor', 'child', 'worker', 'of it before']
  publish(
    {
      title: 'Large files',
      data: `ordinary content, ${values.megabytes} MB each (of a DOCX, its document.xml); each in a process of its own`,
      table: { columns: ['format', 'script', 'file', 'outcome', ...costs], rows },
      notes: [
        'Text: in UTF-8. Processor: seconds of the child. Child and worker: the largest resident size, of the process that parses and of the one that asks; the last column is what that one has before it reads the file.',
      ],
    },
    environment,
    values.json,
  )
}

async function inOwnProcess(path: string, type: string): Promise<Measured> {
  const script = fileURLToPath(import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--measure', path, '--type', type])
  return JSON.parse(stdout) as Measured
}

async function measure(path: string, mimeType: string): Promise<Measured> {
  await using extractor = createExtractor({ logger: createLogger('error') })
  using children = watchChildren()
  const before = (await memoryOf(process.pid)).peak
  const began = performance.now()
  const ended = await readFile(path)
    .then((bytes) => extractor.extract({ bytes, mimeType, chunking: {} }, new AbortController().signal))
    .catch((error: unknown) => {
      if (error instanceof FailureError) return error.failure
      throw error
    })
  return {
    outcome: 'code' in ended ? ended.code : 'READY',
    text: 'code' in ended ? 0 : utf8Runs(ended.text, 1_048_576).reduce((sum, { length }) => sum + length, 0),
    chunks: 'code' in ended ? 0 : ended.chunks.length,
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: children.cpuSeconds(),
    child: children.peak(),
    parent: (await memoryOf(process.pid)).peak,
    before,
  }
}

function cells(measured: Measured, size: number): string[] {
  const { outcome, text, chunks, seconds, cpuSeconds, child, parent, before } = measured
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  return [
    megabytes(size),
    outcome,
    megabytes(text),
    `${chunks}`,
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    megabytes(child),
    megabytes(parent),
    megabytes(before),
  ]
}
