import type { Caller } from '../access/caller.ts'
import { UnavailableError } from '../errors.ts'
import type { Run } from '../generated/prisma/client.ts'
import { findRun, hasEnded } from './find-run.ts'
import { followRun } from './follow-run.ts'
import type { RunContext } from './run-context.ts'

/** Follows the run, so that it counts as waited for, and returns it when it has ended. */
export async function waitForRun(
  context: RunContext,
  caller: Caller,
  runId: string,
  signal: AbortSignal,
): Promise<Run> {
  for await (const _event of followRun(context, caller, runId, null, signal));
  signal.throwIfAborted()
  const run = await findRun(context.database, caller, runId)
  if (!hasEnded(run)) {
    throw new UnavailableError('The server stops; the run goes on. Ask again with the same requestId.')
  }
  return run
}
