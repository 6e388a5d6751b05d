import type { Caller } from '../access/caller.ts'
import type { Database } from '../db/database.ts'
import type { Collections, Ingestions } from '../ingestion/ingestion.ts'
import type { EmbeddingMigrations } from '../ingestion/spaces/migrations.ts'
import type { Retriever } from '../retrieval/retrieval.ts'
import type { Runs } from '../runs/runs.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** The domain, as app.ts composed it. */
export interface Services {
  readonly database: Database
  readonly collections: Collections
  readonly ingestions: Ingestions
  readonly migrations: EmbeddingMigrations
  readonly retriever: Retriever
  readonly runs: Runs
  readonly metrics: Pick<Metrics, 'resolverDuration'>
}

export interface Context {
  readonly caller: Caller
  readonly services: Services
  /** Aborts when the client has gone or the operation was completed. */
  readonly signal: AbortSignal
}
