import { BadUserInputError } from '../errors.ts'
import type { ChatEvent } from '../runs/runs.ts'
import { activeTraceId } from '../telemetry/tracing.ts'
import { type AskQuestionInput, parseAsk } from './ask-input.ts'
import type { Context } from './context.ts'
import { requireRowId } from './global-id.ts'
import { requireRange } from './range-input.ts'
import { startStream } from './start-stream.ts'

export interface ChatStreamArgs {
  readonly input: {
    readonly ask?: AskQuestionInput | null | undefined
    readonly resume?: { readonly runId: string; readonly afterSeq: number } | null | undefined
  }
}

/** Asking is starting a run and following it from its first event; resuming is following a run there is. */
export async function chatStream(
  { input: { ask, resume } }: ChatStreamArgs,
  { caller, services: { runs }, signal }: Context,
): Promise<AsyncGenerator<ChatEvent, void, void>> {
  if (ask) {
    const run = await runs.start(caller, parseAsk(ask, 'ask.'), activeTraceId())
    return startStream(runs.follow(caller, run.id, 0, signal))
  }
  if (!resume) throw new BadUserInputError('input', 'must have exactly one of ask, resume')
  const runId = requireRowId('resume.runId', 'Run', resume.runId)
  // The upper end is PostgreSQL's integer; the run itself knows where its events end.
  const afterSeq = requireRange('resume.afterSeq', resume.afterSeq, 0, 2 ** 31 - 1)
  return startStream(runs.follow(caller, runId, afterSeq, signal))
}
