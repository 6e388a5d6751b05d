import type pg from 'pg'
import { lockDocuments } from '../db/sql/acceptance.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import type { Failure } from '../failure.ts'
import { IngestOutcome } from './ingestion.ts'
import type { PreparedDocument } from './prepare-document.ts'

interface Description {
  readonly title: string | null
  readonly metadata: string | null
  readonly language: string | null
}

/** A document that accepted ones could be the same as, or one of themselves, as the call changes it. */
export interface KnownDocument {
  readonly id: string
  readonly isNew: boolean
  contentHash: string
  version: number
  /** Whether its content is there or on its way. */
  current: boolean
  indexed: boolean
  /** Where its content is fetched from. */
  sourceUrl: string | null
  /** Whether that is still to be done: its hash is not yet that of what comes. What was fetched may be old already. */
  fetching: boolean
  change: PreparedDocument | null
  /** What was said anew about content that stays. */
  description: Description | null
}

export type Decision = { outcome: IngestOutcome; known: KnownDocument } | { failure: Failure }

/** By what makes documents the same: the caller's id, or without one the content. */
const identity = (externalId: string | null, contentHash: string) =>
  externalId === null ? `content ${contentHash}` : `external ${externalId}`

const ended: ReadonlySet<string> = new Set(['READY', 'FAILED', 'CANCELLED'])

/** The documents of the collection that `documents` could be the same as, locked, by their identity. */
export async function findKnown(
  client: pg.PoolClient,
  collectionId: string,
  documents: readonly PreparedDocument[],
): Promise<Map<string, KnownDocument>> {
  const externalIds = documents.flatMap(({ externalId }) => externalId ?? [])
  const hashes = documents.flatMap(({ externalId, contentHash }) => (externalId === null ? contentHash : []))
  const rows = await lockDocuments(client, collectionId, externalIds, hashes)
  return new Map(
    rows.map((row) => [
      identity(row.external_id, row.content_hash),
      {
        id: row.id,
        isNew: false,
        contentHash: row.content_hash,
        version: row.version,
        current: row.status !== 'FAILED' && row.status !== 'CANCELLED',
        indexed: row.indexed_version !== null,
        sourceUrl: row.source_url,
        fetching: row.source_url !== null && !row.has_source && !ended.has(row.status),
        change: null,
        description: null,
      },
    ]),
  )
}

/** What becomes of a document, and of what is known by it: documents of one call are taken in their order. */
export function decide(known: Map<string, KnownDocument>, document: PreparedDocument): Decision {
  const key = identity(document.externalId, document.contentHash)
  const existing = known.get(key)
  if (!existing) {
    const created: KnownDocument = {
      id: uuidV7(),
      isNew: true,
      contentHash: document.contentHash,
      version: 1,
      current: true,
      indexed: false,
      sourceUrl: document.url,
      fetching: document.url !== null,
      change: document,
      description: null,
    }
    known.set(key, created)
    return { outcome: IngestOutcome.Created, known: created }
  }
  const metadata = document.metadata ?? existing.change?.metadata ?? existing.description?.metadata ?? null
  const language = document.language ?? existing.change?.language ?? existing.description?.language ?? null
  if (document.url !== null) return decideFetch(existing, document.url, { ...document, metadata, language })
  const same = existing.contentHash === document.contentHash && !existing.fetching
  if (same && existing.current) {
    const title = document.givenTitle ?? existing.description?.title ?? null
    if (existing.change)
      existing.change = { ...existing.change, title: title ?? existing.change.title, metadata, language }
    else existing.description = { title, metadata, language }
    return { outcome: IngestOutcome.Unchanged, known: existing }
  }
  // The same content again after a failure is another try at the same version.
  if (!same) existing.version += 1
  existing.contentHash = document.contentHash
  existing.current = true
  existing.sourceUrl = null
  existing.fetching = false
  existing.change = { ...document, metadata, language }
  existing.description = null
  const outcome = same && !existing.indexed ? IngestOutcome.Created : IngestOutcome.Updated
  return { outcome, known: existing }
}

/** Whether the content changed is not known before it is fetched: only a fetch that is on its way is not repeated. */
function decideFetch(existing: KnownDocument, url: string, document: PreparedDocument): Decision {
  if (existing.fetching && existing.current && existing.sourceUrl === url) {
    if (existing.change) existing.change = document
    else
      existing.description = {
        title: document.givenTitle,
        metadata: document.metadata,
        language: document.language,
      }
    return { outcome: IngestOutcome.Unchanged, known: existing }
  }
  // A version that failed is tried again; what is indexed, or on its way from elsewhere, is followed by the next.
  if (existing.current) existing.version += 1
  existing.current = true
  existing.sourceUrl = url
  existing.fetching = true
  existing.change = document
  existing.description = null
  return { outcome: existing.indexed ? IngestOutcome.Updated : IngestOutcome.Created, known: existing }
}

export function isFailure(value: PreparedDocument | Failure): value is Failure {
  return 'code' in value
}
