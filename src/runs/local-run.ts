import type { SpanContext } from '@opentelemetry/api'
import { Scope } from '../access/caller.ts'
import { readQuestion } from '../db/sql/run-context.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import { untilAborted } from '../lib/until-aborted.ts'
import { recordFailure } from '../telemetry/tracing.ts'
import { concludeRun } from './conclude-run.ts'
import type { Ending } from './end-run.ts'
import { failureOf, internalFailure, interruptedFailure } from './failure-of.ts'
import { createJournal, type Journal } from './journal.ts'
import { type Lease, LeaseLostError } from './lease.ts'
import { partialAnswer } from './partial-answer.ts'
import type { RunContext } from './run-context.ts'
import { readInput } from './run-input.ts'
import { createRunLog } from './run-log.ts'
import { withRunSpan } from './run-span.ts'
import type { RunWork } from './run-work.ts'
import type { ChatEvent } from './runs.ts'

/** How often a run may lose its process before it counts as what kills them: replicas that starve lose theirs, too. */
const maxTakeovers = 5

const cancelled: Ending = { type: 'RunCancelled', partial: null }

/** A run that this process works on. */
export interface LocalRun {
  readonly lease: Lease
  readonly journal: Journal
  /** Stops the work and ends the run as cancelled. */
  cancel(): void
  /** Stops the work and leaves the run to whoever takes it over. */
  letGo(reason: Error): void
  /** Settles when nothing of it is under way any more; never rejects. */
  readonly done: Promise<void>
}

/** What the process knows that has just started the run, and need not read. */
export interface JustStarted {
  /** The span of the request that asked. */
  readonly origin: SpanContext | undefined
  readonly asked: {
    readonly conversationId: string
    readonly request: RunWork['request']
    /** It is the first of its conversation. */
    readonly opens: boolean
  }
}

class RunCancelledError extends Error {
  override readonly name = 'AbortError'
}

/** Works on a run until its end, independently of who asked. `past` is its log. */
export function workOnRun(
  context: RunContext,
  lease: Lease,
  past: readonly ChatEvent[],
  started?: JustStarted,
): LocalRun {
  const { database, active, appender, bells, logger } = context
  const { runId } = lease
  const work = new AbortController()
  // Outlives a cancellation: a cancelled run is still this process's to end.
  const hold = new AbortController()
  const journal = createJournal(lease, past, {
    dirty: appender.wake,
    committed: () => bells.ring(runId),
    failed: (error) => {
      if (!(error instanceof LeaseLostError || context.stopping.aborted)) {
        logger.error({ err: error, runId }, 'Events of a run could not be stored')
      }
      hold.abort(error)
      work.abort(error)
    },
  })

  const readAsked = async () => {
    const [asked] = await retryOutage(work.signal, () => readQuestion(database.pool, runId))
    if (!asked) throw new LeaseLostError(runId)
    const { conversation_id: conversationId, question, input } = asked
    return { conversationId, request: { question, ...readInput(input) } }
  }

  const execute = async (): Promise<Ending> => {
    if (lease.cancelRequested) return cancelled
    if (lease.takeovers > maxTakeovers) return { type: 'RunFailed', failure: interruptedFailure }
    const { conversationId, request } = started?.asked ?? (await readAsked())
    const task = {
      runId,
      conversationId,
      caller: { workspaceId: lease.workspaceId, scopes: [Scope.Read] },
      request,
      log: createRunLog(database.pool, journal, work.signal),
      lease,
    }
    let news: RunWork['news'] = { run: started !== undefined, conversation: started?.asked.opens === true }
    // It goes on from its checkpoint, as it would in another process: but this one still knows the end of the log.
    const outcome = await retryOutage(work.signal, () => {
      const execution = context.execute({ ...task, news }, work.signal)
      news = { ...news, run: false }
      return untilAborted(execution, work.signal)
    })
    await untilAborted(journal.flush(), work.signal)
    // Whatever is wrong above: nobody is told that an answer is complete which is not what they read.
    if (journal.text !== outcome.answer.text) throw new Error('The log and the answer differ')
    return { type: 'RunCompleted', ...outcome }
  }

  /** How the run ends after an error, or null where it does not: another process goes on with it. */
  const endingAfter = (error: unknown): Ending | null => {
    if (work.signal.aborted) {
      return work.signal.reason instanceof RunCancelledError ? cancelled : null
    }
    if (error instanceof LeaseLostError) return null
    const failure = failureOf(error)
    if (!failure) logger.error({ err: error, runId }, 'A run failed unexpectedly')
    return { type: 'RunFailed', failure: failure ?? internalFailure }
  }

  /** The upstream request is closed already: this may take its time. */
  const withPartial = async (ending: Ending): Promise<Ending> =>
    ending.type === 'RunCancelled'
      ? { ...ending, partial: await partialAnswer(context, runId, journal.text, hold.signal) }
      : ending

  const live = () =>
    withRunSpan(runId, lease.takeovers, started?.origin, async (span) => {
      const ending = await execute().catch((error: unknown) => {
        const ends = endingAfter(error)
        if (ends?.type === 'RunFailed') recordFailure(span, error)
        return ends
      })
      span.setAttribute('groundwire.run.outcome', ending?.type ?? 'interrupted')
      // From here on the log takes nothing but the run's last event.
      if (!work.signal.aborted) work.abort(new RunCancelledError('The run has ended'))
      if (ending) await concludeRun(context, journal, await withPartial(ending), hold.signal)
    })

  const local: LocalRun = {
    lease,
    journal,
    cancel: () => work.abort(new RunCancelledError('The run was cancelled')),
    letGo: (reason) => journal.fail(reason),
    done: Promise.resolve()
      .then(live)
      .catch((error: unknown) => logger.error({ err: error, runId }, 'A run could not be ended'))
      .finally(() => {
        // Whoever reads from this journal looks elsewhere from now on: nothing is added to it any more.
        if (!journal.concluded) journal.fail(new LeaseLostError(runId))
        if (active.get(runId) === local) active.delete(runId)
        bells.ring(runId)
        context.sweep()
      }),
  }
  active.set(runId, local)
  return local
}
