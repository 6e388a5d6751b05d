import { createClient } from '../../clients/typescript/client.ts'
import type { CliContext } from './context.ts'
import { duration } from './duration.ts'
import { endpointUrl } from './endpoint-url.ts'
import { findFiles } from './find-files.ts'
import { type FilesReport, ingestFiles } from './ingest-files.ts'
import { startProgress } from './progress.ts'
import { type Terminal, terminal } from './terminal.ts'
import { oneLine } from './visible-text.ts'

export interface IngestCommand {
  readonly paths: readonly string[]
  readonly collection: string
}

/** @returns the exit code: 1 where anything was missing, rejected or failed */
export async function runIngest(context: CliContext, { paths, collection }: IngestCommand): Promise<number> {
  const out = terminal(context.stdout)
  const { files, missing } = await findFiles(paths, context.cwd)
  for (const path of missing) terminal(context.stderr).line(`${path}: no such file, and nothing matches it`)
  if (files.length === 0) return 1

  const client = createClient({ url: endpointUrl(context.url), apiKey: context.apiKey })
  // Asked first: a wrong address or key shows at once, not after the retries of an upload.
  await client.viewer({ signal: context.signal })
  const began = performance.now()
  let report: FilesReport
  {
    using progress = startProgress(out, files.length)
    report = await ingestFiles(client, { files, cwd: context.cwd, collection }, progress, context.signal)
  }
  showReport(out, report, collection, performance.now() - began)
  return report.failures.length + missing.length > 0 ? 1 : 0
}

/** What became of the files: counts on one line, then what failed and why. */
function showReport(
  out: Terminal,
  { outcomes, ready, failures }: FilesReport,
  collection: string,
  ms: number,
): void {
  const counts: [number, string][] = [
    [outcomes.CREATED, 'new'],
    [outcomes.UPDATED, 'updated'],
    [outcomes.UNCHANGED, 'unchanged'],
    [failures.length, 'failed'],
  ]
  const shown = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const mark = failures.length > 0 ? out.style('red', '✗') : out.style('green', '✓')
  out.line(`${mark} ${collection}: ${shown.join(', ')}; ${ready} indexed in ${duration(ms)}`)
  for (const { file, reason } of failures) {
    out.line(`  ${out.style('red', oneLine(file))}  ${oneLine(reason)}`)
  }
}
