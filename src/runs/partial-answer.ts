import { retryOutage } from '../lib/retry-outage.ts'
import type { RunContext } from './run-context.ts'
import type { RunOutcome } from './run-work.ts'

/** What was written of an answer that is cancelled, with those of its citations that hold; null where nothing was. */
export async function partialAnswer(
  { salvage, logger }: Pick<RunContext, 'salvage' | 'logger'>,
  runId: string,
  text: string,
  signal: AbortSignal,
): Promise<RunOutcome | null> {
  if (text.trim() === '') return null
  try {
    return await retryOutage(signal, () => salvage(runId, text))
  } catch (error) {
    // It is in the log all the same; a cancelled run has to end.
    if (!signal.aborted) logger.warn({ err: error, runId }, 'What was written could not be kept as an answer')
    return null
  }
}
