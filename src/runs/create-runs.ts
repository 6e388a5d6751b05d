import type { Database } from '../db/database.ts'
import { giveBack, touchFollowed } from '../db/sql/run-lease.ts'
import { createBells } from '../lib/bells.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createCancelRequests } from './cancel-requests.ts'
import { cancelRun } from './cancel-run.ts'
import { deleteConversation } from './delete-conversation.ts'
import { createEventAppender } from './event-appender.ts'
import { followRun } from './follow-run.ts'
import { createFollowers } from './followers.ts'
import { forkConversation } from './fork-conversation.ts'
import { createLeaseKeeper } from './lease-keeper.ts'
import { createLeavings } from './leavings.ts'
import { listenToRuns } from './listen-to-runs.ts'
import { renameConversation } from './rename-conversation.ts'
import { repeat } from './repeat.ts'
import type { RunContext } from './run-context.ts'
import { defaultRunOptions, type RunOptions } from './run-options.ts'
import { createRunPlaces } from './run-places.ts'
import type { ExecuteRun, SalvageAnswer } from './run-work.ts'
import type { Runs } from './runs.ts'
import { startRun } from './start-run.ts'
import { createSweeper } from './sweeper.ts'
import { identified, throughOutage } from './through-outage.ts'
import { waitForRun } from './wait-run.ts'

export interface RunsDependencies {
  readonly database: Database
  /** The workflow (graph/execute-run.ts): the domain does not know it. */
  readonly execute: ExecuteRun
  /** What becomes of a half-written answer. */
  readonly salvage: SalvageAnswer
  readonly metrics: Pick<Metrics, 'runs'>
  readonly logger: Logger
  readonly options?: Partial<RunOptions>
  /** Throws where there is no room for a run beside so many that are under way. @default there always is */
  readonly requireRoom?: (pending: number) => void
}

export interface RunService extends Runs {
  /** Begins to hear of other replicas and to take up what nobody works on. Call it once, after migrate(). */
  recover(): Promise<void>
  /**
   * Ends followers' streams without a last event and gives the runs of this process back: another one, or
   * this one restarted, goes on from their checkpoints. Within about 2 s.
   */
  stop(): Promise<void>
}

/** Waited for at stop(): what ignores its signal is left behind, and cannot write any more. */
const stopMs = 1_500

export function createRuns({
  options,
  requireRoom = () => {},
  ...dependencies
}: RunsDependencies): RunService {
  const { database, logger } = dependencies
  const stopping = new AbortController()
  const settings = { ...defaultRunOptions, ...options }
  const leavings = createLeavings((runIds) => touchFollowed(database.pool, runIds))
  const active: RunContext['active'] = new Map()
  const context: RunContext = {
    ...dependencies,
    options: settings,
    appender: createEventAppender(database, settings.coalesceMs),
    bells: createBells(),
    followers: createFollowers(leavings.add),
    active,
    requestCancel: createCancelRequests(database),
    resuming: new Set(),
    places: createRunPlaces(active, requireRoom),
    stopping: stopping.signal,
    sweep: () => void sweep(),
  }
  const sweep = createSweeper(context)
  const keeper = repeat(settings.renewMs, createLeaseKeeper(context))
  const release: (() => Promise<void>)[] = [keeper.stop]

  const patiently = <T>(work: () => Promise<T>) => throughOutage(stopping.signal, work)
  const giveEverythingBack = async () => {
    const local = [...context.active.values()]
    for (const run of local) run.letGo(new Error('This process stops'))
    await Promise.all(local.map((run) => run.done))
    await giveBack(
      database.reserved,
      local.map((run) => run.lease.runId),
      local.map((run) => run.lease.token),
    )
  }

  return {
    start(caller, request, traceId) {
      const known = identified(request)
      return patiently(() => startRun(context, caller, known, traceId))
    },
    follow: (caller, runId, afterSeq, signal) => followRun(context, caller, runId, afterSeq, signal),
    wait: (caller, runId, signal) => patiently(() => waitForRun(context, caller, runId, signal)),
    cancel: (caller, runId) => patiently(() => cancelRun(context, caller, runId)),
    deleteConversation: (caller, id) => deleteConversation(context, caller, id),
    renameConversation: (caller, id, title) =>
      patiently(() => renameConversation(database, caller, id, title)),
    forkConversation(caller, fork) {
      const known = identified(fork)
      return patiently(() => forkConversation(database, caller, known))
    },
    async recover() {
      const subscription = await listenToRuns(context)
      release.push(() => subscription.close())
      await sweep()
      const sweeper = repeat(settings.sweepMs, async () => void (await sweep()))
      release.push(sweeper.stop)
    },
    async stop() {
      stopping.abort(new Error('This process stops'))
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, stopMs)
      const everything = Promise.all(release.map((each) => each()))
        .then(giveEverythingBack)
        .catch((error: unknown) => logger.warn({ err: error }, 'Runs could not be given back'))
      await Promise.race([everything, late.promise])
      clearTimeout(timer)
      context.appender.stop()
    },
  }
}
