import { type Caller, requireScope, Scope } from '../access/caller.ts'
import { readEvents, readLogState } from '../db/sql/run-event.ts'
import { BadUserInputError, NotFoundError } from '../errors.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import { untilAborted } from '../lib/until-aborted.ts'
import { mostUnflushed } from './cut-log.ts'
import { eventOf, isTerminal } from './event-row.ts'
import { findRun } from './find-run.ts'
import type { RunContext } from './run-context.ts'
import type { ChatEvent } from './runs.ts'

/** Events that a follower takes from the log at once, and all that it ever holds: with the longest deltas 1 MB. */
const page = 64
/** A notification that gets lost without the connection's being lost delays a follower by no more than this. */
const lookAgainMs = 5_000
/** How often a log is looked at that a crash of the server has cut. */
const restoreMs = 500

/** `afterSeq` null stands for the end of the log. Ends without an error when the signal aborts. */
export async function* followRun(
  context: RunContext,
  caller: Caller,
  runId: string,
  afterSeq: number | null,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, void> {
  requireScope(caller, Scope.Read)
  const { database, active, bells, followers, stopping } = context
  const ending = AbortSignal.any([signal, stopping])
  const fromLog = <T>(read: () => Promise<T>) => untilAborted(retryOutage(ending, read), ending)
  try {
    // Found at once where it is at work here; otherwise it may be anybody's.
    const local = active.get(runId)
    const isOwn = local?.lease.workspaceId === caller.workspaceId
    const { id } = isOwn ? { id: runId } : await fromLog(() => findRun(database, caller, runId))
    using _presence = followers.enter(id)
    using ear = bells.listen(id)
    const stateOf = () => fromLog(() => readLogState(database.pool, id))
    let journal = active.get(id)?.journal
    const wanted = afterSeq ?? 0
    const storedEnd = () => logEnd(stateOf, wanted, () => ear.next(ending, restoreMs))
    let end = journal?.committed ?? (await storedEnd())
    // A process that stood still for longer than its lease does not know yet that another one has gone on.
    if (journal && wanted > end) end = await storedEnd()
    if (afterSeq !== null && !(afterSeq >= 0 && afterSeq <= end)) {
      throw new BadUserInputError('afterSeq', `must be from 0 to the run's last seq, which is ${end}`)
    }
    for (let seq = afterSeq ?? end; ; ) {
      // A journal stays readable when the run has ended, but not when another process has the run.
      if (!journal || journal.failed) journal = active.get(id)?.journal
      const source = journal
      const events = source
        ? source.committedAfter(seq, page)
        : (await fromLog(() => readEvents(database.pool, id, seq, page))).map((row) => eventOf(id, row))
      for (const event of events) {
        if (ending.aborted) return
        yield event
        seq = event.seq
        if (isTerminal(event)) return
      }
      if (events.length > 0) continue
      if (source) {
        if (source.concluded && seq >= source.last) return
      } else {
        const [state] = await stateOf()
        if (!state) throw new NotFoundError('The run was deleted')
        if (state.ended && seq >= state.last) return
        if (seq < state.last) continue
      }
      await ear.next(ending, lookAgainMs)
    }
  } catch (error) {
    if (!ending.aborted) throw error
  }
}

type LogState = Awaited<ReturnType<typeof readLogState>>

/**
 * Where the log ends. Where a crash of the server may have taken its end, and what the follower has seen may be of that:
 * once the process that works on the run has written it again, or another one has bridged it (cut-log.ts).
 */
async function logEnd(
  read: () => Promise<LogState>,
  wanted: number,
  change: () => Promise<void>,
): Promise<number> {
  for (;;) {
    const [state] = await read()
    if (!state) return 0
    const { last, ended, cut } = state
    const isBehind = cut && !ended && wanted > last && wanted <= last + mostUnflushed
    if (!isBehind) return last
    await change()
  }
}
