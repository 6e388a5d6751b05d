import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { FailureError } from '../src/failure.ts'
import { createExtractor } from '../src/ingestion/extraction/create-extractor.ts'
import type { ExtractedContent } from '../src/ingestion/extraction/extractor.ts'
import { createLogger } from '../src/telemetry/logger.ts'
import { watchChildren } from './support/child-memory.ts'
import { requireFolder, sharedData } from './support/data-folder.ts'
import { describeEnvironment, progress, publish } from './support/report.ts'
import { folded, type WordsFound, wordsFound } from './support/words-found.ts'

const usage = `Reads PDFs through the extractor, each in a process of its own, and compares their words with those that poppler found.

  node bench/pdfs.ts [--data <folder>] [--show <file>] [--json <file>]

  --data   a folder of folders of PDFs, a class each (../shared/data/pdfs); beside a PDF its reference, *.poppler.txt
  --show   prints the blocks of this one instead
`

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: `${sharedData}pdfs` },
    show: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Read {
  readonly name: string
  readonly folder: string
  /** READY or the failure's code. */
  readonly outcome: string
  readonly message: string
  readonly seconds: number
  readonly peak: number
  readonly chunks: number
  /** Of the reference's words, where it has any: of all, and of those that are on the pages. */
  readonly words: { readonly all: WordsFound; readonly visible: WordsFound } | null
}

/**
 * What a printer wrote beside the page of the one book in the data: the numbers of the lines, the name of the file and
 * the proof's. Poppler reads it, and no reader sees it: it lies outside of the page's crop box.
 */
const OUTSIDE_OF_PAGE = /^\f?(?:[SR]?\d{1,2}[SR]?|\d(?:ST|ND|RD|TH) PASS PAGES|14773_.* Page .*)$/gm

if (values.help) process.stdout.write(usage)
else if (values.show) await show(values.show)
else await main()

async function main(): Promise<void> {
  const root = await requireFolder(values.data)
  const environment = await describeEnvironment(null)
  const reads: Read[] = []
  for (const path of (await readdir(root, { recursive: true })).sort()) {
    if (!path.endsWith('.pdf')) continue
    const read = await measure(join(root, path))
    progress(`${path}: ${read.outcome} ${read.message}`)
    reads.push(read)
  }
  const folders = [...new Set(reads.map(({ folder }) => folder))]
  const classes = folders.map((folder) =>
    row(
      folder,
      reads.filter((read) => read.folder === folder),
    ),
  )
  const columns = ['files', 'READY', 'failed', 'words found', 'seconds', 'chunks', 'peak memory']
  publish(
    {
      title: 'PDFs, by class',
      data: `${basename(root)}, ${reads.length} files; each in a process of its own`,
      table: { columns: ['class', ...columns], rows: [...classes, row('all', reads)] },
      notes: [
        'Words found: of those in the reference, each counted as often as it stands there (a word is letters and digits, after NFKC, in lower case). In brackets: without what the reference has from outside of the pages. Seconds: all files of the class, one after the other, about 0.3 s of each for the start of the process and of pdf.js. Peak memory: the largest resident size of a child.',
      ],
    },
    environment,
    values.json,
  )
  publish(
    {
      title: 'PDFs, by file',
      data: basename(root),
      table: {
        columns: ['file', 'outcome', 'words found', 'seconds', 'peak memory'],
        rows: reads.map((read) => [
          `${read.folder}/${read.name}`,
          read.outcome,
          share([read]),
          read.seconds.toFixed(1),
          megabytes(read.peak),
        ]),
      },
      notes: [],
    },
    environment,
    undefined,
  )
}

async function extract(path: string): Promise<ExtractedContent> {
  await using extractor = createExtractor({ logger: createLogger('error') })
  const request = { bytes: await readFile(path), mimeType: 'application/pdf', chunking: {} }
  return await extractor.extract(request, new AbortController().signal)
}

async function measure(path: string): Promise<Read> {
  const name = basename(path)
  const folder = basename(dirname(path))
  using children = watchChildren()
  const began = performance.now()
  const content = await extract(path).catch((error: unknown) => {
    if (error instanceof FailureError) return error.failure
    throw error
  })
  const measured = { name, folder, seconds: (performance.now() - began) / 1_000, peak: children.peak() }
  if ('code' in content) {
    const { code, message } = content
    return { ...measured, outcome: code, message, chunks: 0, words: null }
  }
  const text = content.text.toString()
  const reference = await readFile(path.replace(/pdf$/, 'poppler.txt'), 'utf8').catch(() => '')
  const all = wordsFound(text, reference)
  const onPages = name === 'freeculture.pdf' ? reference.replace(OUTSIDE_OF_PAGE, '') : reference
  const visible = wordsFound(text, onPages)
  const words = all.all > 0 ? { all, visible } : null
  return { ...measured, outcome: 'READY', message: '', chunks: content.chunks.length, words }
}

function row(name: string, reads: readonly Read[]): string[] {
  const failed = new Map<string, number>()
  for (const { outcome } of reads) {
    if (outcome !== 'READY') failed.set(outcome, (failed.get(outcome) ?? 0) + 1)
  }
  return [
    name,
    `${reads.length}`,
    `${reads.filter(({ outcome }) => outcome === 'READY').length}`,
    [...failed].map(([code, count]) => `${count} ${code}`).join(', ') || '—',
    share(reads),
    reads.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1),
    `${reads.reduce((sum, { chunks }) => sum + chunks, 0)}`,
    megabytes(Math.max(...reads.map(({ peak }) => peak))),
  ]
}

function share(reads: readonly Read[]): string {
  const words = reads.flatMap((read) => read.words ?? [])
  if (words.length === 0) return '—'
  const all = sum(words.map((each) => each.all))
  const visible = sum(words.map((each) => each.visible))
  const [ofAll, ofVisible] = [all, visible].map(({ found, all }) => (found / all).toFixed(3))
  return `${ofAll} of ${all.all}${all.all === visible.all ? '' : ` (${ofVisible} of ${visible.all})`}`
}

function sum(counts: readonly WordsFound[]): WordsFound {
  const total = (of: (count: WordsFound) => number) => counts.reduce((all, count) => all + of(count), 0)
  return { found: total(({ found }) => found), all: total(({ all }) => all) }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

async function show(path: string): Promise<void> {
  const { text, title, chunks } = await extract(path)
  process.stdout.write(`${title ?? '(no title)'}: ${folded(text.toString()).length} words\n`)
  for (const { page, headings, text: chunk } of chunks) {
    process.stdout.write(`\n── page ${page}, ${headings.join(' › ') || '(no heading)'}\n${chunk}\n`)
  }
}
