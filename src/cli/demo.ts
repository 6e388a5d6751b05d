import { createClient } from '../../clients/typescript/client.ts'
import type { Output } from './context.ts'
import { duration } from './duration.ts'
import { endpointUrl } from './endpoint-url.ts'
import { findFiles } from './find-files.ts'
import { ingestSources, type SourcesReport } from './ingest-sources.ts'
import { startProgress } from './progress.ts'
import { showCitations, verdict } from './show-answer.ts'
import { showHits } from './show-hits.ts'
import { fileSource } from './sources.ts'
import { streamAnswer } from './stream-answer.ts'
import { terminal } from './terminal.ts'
import { oneLine } from './visible-text.ts'

export interface DemoOptions {
  /** Address of a server that is up. */
  readonly url: string
  readonly apiKey?: string | undefined
  /** The project's folder: its README.md and docs/ are what the demo is about. */
  readonly root: string
  /** Whether the process ends after it; otherwise it says that the server goes on. */
  readonly once: boolean
  readonly output: Output
  readonly signal: AbortSignal
}

const collection = 'groundwire-docs'
const query = 'one bad document never blocks another'
const question = 'How does a stream survive a disconnect?'
const indent = '   '

/** Ingests the project's documents, searches them and answers from them. @returns the exit code */
export async function runDemo({ url, apiKey, root, once, output, signal }: DemoOptions): Promise<number> {
  const out = terminal(output)
  const endpoint = endpointUrl(url)
  const client = createClient({ url: endpoint, apiKey })
  const heading = (step: number, title: string, detail: string) =>
    out.line(`\n${out.style('cyan', ` ${step}`)} ${out.style('bold', title)}  ${out.style('dim', detail)}`)
  const times: Record<'ingest' | 'retrieve' | 'answer', number> = { ingest: 0, retrieve: 0, answer: 0 }

  out.line(`\n ${out.style(['bold', 'cyan'], 'Groundwire')}  answers that stand on documents`)
  const { files } = await findFiles(['README.md', 'docs/**/*.md'], root)
  heading(1, 'Ingest', `README.md and docs/, ${files.length} files`)
  let began = performance.now()
  let report: SourcesReport
  {
    using progress = startProgress(out, files.length, indent)
    const sources = files.map((file) => fileSource(file, root))
    report = await ingestSources(client, { sources, collection }, progress, signal)
  }
  if (report.interruption) throw report.interruption.error
  times.ingest = performance.now() - began
  for (const { name, code, reason } of report.failures) {
    out.line(`${indent}${out.style('red', oneLine(name))}  ${code}: ${oneLine(reason)}`)
  }

  heading(2, 'Retrieve', `“${query}”`)
  began = performance.now()
  const { hits, mode } = await client.retrieve({ query, collection, topK: 3 }, { signal })
  times.retrieve = performance.now() - began
  showHits(out, hits, indent.slice(2))
  out.line(`${indent}${out.style('dim', `${mode.toLowerCase()} · ${duration(times.retrieve)}`)}`)

  heading(3, 'Ask', `“${question}”`)
  const answered = await streamAnswer(client, { question, collection }, out, { signal }, indent)
  times.answer = answered.totalMs
  // performance.now() counts from the start of the process, which is what a person waited for.
  const sinceStart = performance.now()
  const { answer, failure } = answered.run
  if (answer) {
    out.line()
    showCitations(out, answer.citations, indent)
    out.line(`${indent}${verdict(out, answer)} · first words ${duration(answered.firstMs)}`)
  } else out.line(`${indent}${out.style('red', failure ? oneLine(failure.message) : answered.run.status)}`)

  const address = (path: string) => out.style('underline', new URL(path, endpoint).href)
  out.line(`\n Chat      ${address('/')}`)
  out.line(` GraphiQL  ${address('/graphql')}`)
  out.line(` Health    ${address('/health/ready')}`)
  out.line(` Metrics   ${address('/metrics')}`)
  const parts = Object.entries(times).map(([step, ms]) => `${step} ${duration(ms)}`)
  const summary = out.style('bold', `Answer ${duration(sinceStart)} after start`)
  out.line(`\n ${summary} ${out.style('dim', `(${parts.join(', ')})`)}`)
  if (!once) out.line(out.style('dim', ' Serving until Ctrl-C.'))
  return answer && report.failures.length === 0 ? 0 : 1
}
