import { createClient } from '../../clients/typescript/client.ts'
import type { RetrievalMode } from '../../clients/typescript/generated/graphql.ts'
import type { CliContext } from './context.ts'
import { duration } from './duration.ts'
import { endpointUrl } from './endpoint-url.ts'
import { showHits } from './show-hits.ts'
import { terminal } from './terminal.ts'

export interface RetrieveCommand {
  readonly query: string
  readonly collection: string
  readonly topK: number
  readonly mode: RetrievalMode
  /** Of the query, as BCP 47. */
  readonly language?: string
}

/** @returns the exit code: as with grep, 1 where nothing was found */
export async function runRetrieve(context: CliContext, command: RetrieveCommand): Promise<number> {
  const out = terminal(context.stdout)
  const client = createClient({ url: endpointUrl(context.url), apiKey: context.apiKey })
  const began = performance.now()
  const { hits, mode, underfilled } = await client.retrieve(command, { signal: context.signal })
  showHits(out, hits)
  const fewer = underfilled ? `, no more than that match` : ''
  const summary = `${hits.length} hits${fewer} · ${mode.toLowerCase()} · ${duration(performance.now() - began)}`
  terminal(context.stderr).line(terminal(context.stderr).style('dim', summary))
  return hits.length > 0 ? 0 : 1
}
