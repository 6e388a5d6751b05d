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
  /** All of one workspace. Takes turns with other collections. */
  ingestDocuments(collectionId: string, work: readonly DocumentWork[], inside: Queryable): Promise<void>
  /** Queues work again that was interrupted, before all other, and with all its attempts. */
  handBack(work: DocumentWork, inside: Queryable): Promise<void>
  foldStatistics(workspaceId: string, collectionId: string, inside: Queryable): Promise<void>
  /** Makes the chunks of those documents anew whose title or whose collection's settings changed. */
  reindexCollection(workspaceId: string, collectionId: string, inside: Queryable): Promise<void>
  /** Gives the workspace's passages that have none a vector in the space. */
  fillWorkspace(workspaceId: string, spaceId: number, inside: Queryable): Promise<void>
  /**
   * Deletes the workspace's vectors in spaces that it does not use. `migrationId`: the switch whose old space is left to
   * the searches that have begun, and deleted after them.
   */
  dropVectors(workspaceId: string, migrationId: string | null, inside: Queryable): Promise<void>
}
