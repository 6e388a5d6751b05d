import type { Caller } from '../access/caller.ts'
import type { Failure } from '../failure.ts'
import type { Collection, Document, Ingestion } from '../generated/prisma/client.ts'
import type { ChunkOptions } from './chunk/limits.ts'
import type { UploadedFile } from './uploaded-file.ts'

export const IngestOutcome = {
  Created: 'CREATED',
  Updated: 'UPDATED',
  Unchanged: 'UNCHANGED',
  Rejected: 'REJECTED',
} as const
export type IngestOutcome = (typeof IngestOutcome)[keyof typeof IngestOutcome]

/** Exactly one of them is given. */
export type DocumentSource =
  | { readonly text: string }
  | { readonly url: string }
  | { readonly file: UploadedFile }

export interface DocumentDraft {
  readonly externalId: string | null
  readonly title: string | null
  readonly source: DocumentSource
  readonly mimeType: string | null
  readonly metadata: unknown
  /** BCP 47; absent or null where it is to be detected. */
  readonly language?: string | null
}

export interface IngestResult {
  /** Position in the input. */
  readonly index: number
  readonly outcome: IngestOutcome
  readonly document: Document | null
  readonly failure: Failure | null
}

export interface Accepted {
  /** Null where no document needed work. */
  readonly ingestion: Ingestion | null
  readonly results: readonly IngestResult[]
}

/** How many of an ingestion's documents are where: total = queued + running + ready + failed + cancelled. */
export interface IngestionCounts {
  readonly total: number
  readonly queued: number
  readonly running: number
  readonly ready: number
  readonly failed: number
  readonly cancelled: number
}

export type IngestionStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

/** Ids are row ids. What the workspace does not hold is a NotFoundError, wherever else it exists. */
export interface Ingestions {
  accept(caller: Caller, collection: string, documents: readonly DocumentDraft[]): Promise<Accepted>
  retry(caller: Caller, ingestionId: string): Promise<Ingestion>
  cancel(caller: Caller, ingestionId: string): Promise<Ingestion>
  /** Counts of several ingestions at once, by id. */
  counts(caller: Caller, ingestionIds: readonly string[]): Promise<ReadonlyMap<string, IngestionCounts>>
  /** The ingestion now and after each change; ends after its end. */
  follow(caller: Caller, ingestionId: string, signal: AbortSignal): AsyncGenerator<Ingestion, void, void>
  /** Leaves out what is not there (any more). @returns the ids that were deleted */
  deleteDocuments(caller: Caller, documentIds: readonly string[]): Promise<string[]>
}

export interface CollectionSettings {
  readonly description?: string | null
  readonly chunking?: ChunkOptions
}

export interface Collections {
  /** @throws ConflictError where the name is taken */
  create(caller: Caller, name: string, settings: CollectionSettings): Promise<Collection>
  /** What is left out stays. Where the chunking changes, documents are cut anew in the background. */
  update(
    caller: Caller,
    name: string,
    change: CollectionSettings & { readonly newName?: string | null },
  ): Promise<Collection>
  delete(caller: Caller, name: string): Promise<{ collectionId: string; documents: number }>
}

/**
 * It has ended when that was written down, which is right after its last document has: whoever follows it is told of the
 * end together with the time of it.
 */
export function ingestionStatus(counts: IngestionCounts, finished: boolean): IngestionStatus {
  const { total, queued, running, failed, cancelled } = counts
  if (total > 0 && queued === total) return 'QUEUED'
  if (queued + running > 0 || !finished) return 'RUNNING'
  if (failed > 0) return 'FAILED'
  return cancelled > 0 ? 'CANCELLED' : 'SUCCEEDED'
}
