import type { Queryable } from '../db/database.ts'

export interface DocumentWork {
  readonly workspaceId: string
  readonly documentId: string
  readonly version: number
  readonly ingestionId: string
  readonly traceparent?: string
}

/** The queue, as ingestion needs it: app.ts hands it in. Jobs exist exactly if the transaction commits. */
export interface IngestionJobs {
  ingestDocuments(work: readonly DocumentWork[], inside: Queryable): Promise<void>
  foldStatistics(workspaceId: string, collectionId: string, inside: Queryable): Promise<void>
}
