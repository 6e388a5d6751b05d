import { createClient } from '../../clients/typescript/client.ts'
import type { CliContext } from './context.ts'
import { duration } from './duration.ts'
import { endpointUrl } from './endpoint-url.ts'
import { showCitations, verdict } from './show-answer.ts'
import { streamAnswer } from './stream-answer.ts'
import { terminal } from './terminal.ts'
import { oneLine } from './visible-text.ts'

export interface AskCommand {
  readonly question: string
  readonly collection: string
  readonly topK: number
}

/** @returns the exit code: 1 where the run did not complete */
export async function runAsk(context: CliContext, command: AskCommand): Promise<number> {
  const out = terminal(context.stdout)
  const notes = terminal(context.stderr)
  const { signal } = context
  const client = createClient({ url: endpointUrl(context.url), apiKey: context.apiKey })
  // Asked first: a wrong address or key shows at once, not after a minute of reconnecting.
  await client.viewer({ signal })
  const { run, firstMs, totalMs } = await streamAnswer(client, command, out, {
    signal,
    onRetry: ({ message }, _attempt, waitMs) =>
      notes.line(notes.style('dim', `\n${oneLine(message)}; trying again in ${duration(waitMs)}`)),
  })
  if (!run.answer) {
    const why = run.failure ? `${run.failure.code}: ${oneLine(run.failure.message)}` : run.status
    const hint = run.failure?.retryable ? ' To ask again can help.' : ''
    notes.line(notes.style('red', `The run did not complete. ${why}${hint}`))
    return 1
  }
  if (run.answer.citations.length > 0) out.line()
  showCitations(out, run.answer.citations)
  const times = `first words ${duration(firstMs)}, all ${duration(totalMs)}`
  notes.line(`\n${verdict(notes, run.answer)} · ${times}`)
  return 0
}
