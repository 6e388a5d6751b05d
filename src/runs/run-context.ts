import type { Database } from '../db/database.ts'
import type { Bells } from '../lib/bells.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RequestCancel } from './cancel-requests.ts'
import type { EventAppender } from './event-appender.ts'
import type { Followers } from './followers.ts'
import type { Lease } from './lease.ts'
import type { LocalRun } from './local-run.ts'
import type { RunOptions } from './run-options.ts'
import type { RunPlaces } from './run-places.ts'
import type { ExecuteRun, SalvageAnswer } from './run-work.ts'

/** What the parts of runs/ share in one process. */
export interface RunContext {
  readonly database: Database
  readonly execute: ExecuteRun
  readonly salvage: SalvageAnswer
  readonly options: RunOptions
  readonly metrics: Pick<Metrics, 'runs'>
  readonly logger: Logger
  readonly appender: EventAppender
  /** Rung with a run's id when its log has grown. */
  readonly bells: Bells
  readonly followers: Followers
  /** The runs that this process works on. */
  readonly active: Map<string, LocalRun>
  readonly requestCancel: RequestCancel
  /** Leases of runs that this process has taken up, and does not work on yet. */
  readonly resuming: Set<Lease>
  /** Room for runs to come. */
  readonly places: RunPlaces
  /** Aborts when this process stops. */
  readonly stopping: AbortSignal
  /** Looks for runs that can start; called when one has ended. */
  readonly sweep: () => void
}
