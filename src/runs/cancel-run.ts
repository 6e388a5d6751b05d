import { type Caller, requireScope, Scope } from '../access/caller.ts'
import type { Run } from '../generated/prisma/client.ts'
import { cancelAbandoned } from './cancel-abandoned.ts'
import { outcomeOf } from './conclude-run.ts'
import { findRun, hasEnded, isRowId } from './find-run.ts'
import type { RunContext } from './run-context.ts'

/** Where the notification of a run's end is lost, and for a lease that expires meanwhile. */
const lookAgainMs = 500

/**
 * Returns the run when it has ended. The process that works on it cancels it; where none does, this one. After
 * `cancelMs` it is returned as it is: the request stands, and whoever holds the run next heeds it.
 */
export async function cancelRun(context: RunContext, caller: Caller, runId: string): Promise<Run> {
  requireScope(caller, Scope.Read)
  const { database, active, bells, metrics, options } = context
  const { workspaceId } = caller
  // Before anything else that has to wait for a connection: the upstream request is to stop.
  const local = active.get(runId)
  if (local?.lease.workspaceId === workspaceId) local.cancel()
  if (isRowId(runId)) await context.requestCancel(workspaceId, runId)
  const found = await findRun(database, caller, runId)
  if (hasEnded(found)) return found
  using ear = bells.listen(found.id)
  active.get(found.id)?.cancel()
  const deadline = AbortSignal.timeout(options.cancelMs)
  for (;;) {
    if (await cancelAbandoned(context, workspaceId, found.id)) {
      metrics.runs.inc({ outcome: outcomeOf.RunCancelled })
      context.sweep()
    }
    const run = await findRun(database, caller, found.id)
    if (hasEnded(run) || deadline.aborted) return run
    await ear.next(deadline, lookAgainMs).catch(() => {})
  }
}
