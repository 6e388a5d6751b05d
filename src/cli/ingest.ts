import { createClient } from '../../clients/typescript/client.ts'
import type { CliContext } from './context.ts'
import { duration } from './duration.ts'
import { endpointUrl } from './endpoint-url.ts'
import { findFiles } from './find-files.ts'
import { ingestSources, type SourcesReport } from './ingest-sources.ts'
import { startProgress } from './progress.ts'
import { fileSource, isUrl, urlSource } from './sources.ts'
import { type Terminal, terminal } from './terminal.ts'
import { oneLine } from './visible-text.ts'

export interface IngestCommand {
  /** Files, folders, globs and http(s) URLs. */
  readonly paths: readonly string[]
  readonly collection: string
  /** Of all of them, as BCP 47; detected where absent. */
  readonly language?: string
}

/** @returns the exit code: 1 where anything was missing, rejected or failed, 130 where it was interrupted */
export async function runIngest(
  context: CliContext,
  { paths, collection, language }: IngestCommand,
): Promise<number> {
  const { cwd, signal } = context
  const out = terminal(context.stdout)
  const urls = new Set(paths.filter(isUrl))
  const { files, missing } = await findFiles(
    paths.filter((path) => !isUrl(path)),
    cwd,
  )
  for (const { path, reason } of missing) terminal(context.stderr).line(`${oneLine(path)}: ${reason}`)
  const sources = [...files.map((file) => fileSource(file, cwd)), ...[...urls].map(urlSource)].map(
    ({ name, document }) => ({ name, document: language ? { ...document, language } : document }),
  )
  if (sources.length === 0) return 1

  const client = createClient({ url: endpointUrl(context.url), apiKey: context.apiKey })
  // Asked first: a wrong address or key shows at once, not after the retries of an upload.
  await client.viewer({ signal })
  const began = performance.now()
  let report: SourcesReport
  {
    using progress = startProgress(out, sources.length)
    report = await ingestSources(client, { sources, collection }, progress, signal)
  }
  showReport(out, report, collection, performance.now() - began)
  const { failures, interruption } = report
  if (interruption) {
    showInterruption(terminal(context.stderr), report, sources.length)
    if (signal.aborted) return 130
    throw interruption.error
  }
  return failures.length + missing.length > 0 ? 1 : 0
}

/** What became of the sources: counts on one line, then what failed and why. */
function showReport(out: Terminal, report: SourcesReport, collection: string, ms: number): void {
  const { outcomes, ready, failures, interruption } = report
  const counts: [number, string][] = [
    [outcomes.CREATED, 'new'],
    [outcomes.UPDATED, 'updated'],
    [outcomes.UNCHANGED, 'unchanged'],
    [failures.length, 'failed'],
  ]
  const shown = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const idle = !interruption && ready + failures.length + outcomes.CREATED + outcomes.UPDATED === 0
  const end = idle ? 'nothing to do' : `${ready} indexed in ${duration(ms)}`
  const failed = failures.length > 0 || interruption
  const mark = failed ? out.style('red', '✗') : out.style('green', '✓')
  out.line(`${mark} ${collection}: ${shown.join(', ') || 'none accepted'}; ${end}`)
  for (const { name, code, reason } of failures) {
    out.line(`  ${out.style('red', oneLine(name))}  ${code}: ${oneLine(reason)}`)
  }
}

/** What is accepted stays so, whoever waits for it. */
function showInterruption(err: Terminal, { outcomes }: SourcesReport, all: number): void {
  const { CREATED, UPDATED, UNCHANGED } = outcomes
  err.line(
    `Stopped. ${CREATED + UPDATED + UNCHANGED} of ${all} are accepted, and the server goes on with them. ` +
      'Run the same command again for the rest: what is there already stays as it is.',
  )
}
