import { createHash } from 'node:crypto'
import type pg from 'pg'
import * as sql from '../db/sql/document-fetch.ts'
import type { ClaimedDocument } from '../db/sql/document-work.ts'
import { transaction } from '../db/transaction.ts'
import { FailureCode, FailureError } from '../failure.ts'
import type { WebFetcher } from '../providers/web/web-fetcher.ts'
import type { DocumentWork, IngestionJobs } from './ingestion-jobs.ts'
import { recogniseType } from './parse/sniff-type.ts'
import { withCharset } from './with-charset.ts'

/** `void`: the attempt is not the document's any more. */
export type FetchEnd =
  | { readonly bytes: Buffer; readonly mimeType: string; readonly title: string }
  | 'unchanged'
  | 'void'

interface FetchDependencies {
  readonly pool: pg.Pool
  readonly fetcher: WebFetcher
  readonly jobs: IngestionJobs
}

/**
 * Fetches the content of a document that is given by its address, and keeps it, so that no later attempt fetches it
 * again. Of what is indexed, the server is asked whether it changed.
 */
export async function fetchSource(
  { pool, fetcher, jobs }: FetchDependencies,
  work: DocumentWork,
  claimed: ClaimedDocument & { readonly source_url: string },
  signal: AbortSignal,
): Promise<FetchEnd> {
  const { documentId, version, workspaceId } = work
  const { fence } = claimed
  const [known] = await sql.readValidators(pool, documentId)
  const validators = {
    url: known?.fetched_url ?? null,
    etag: known?.etag ?? null,
    lastModified: known?.last_modified ?? null,
  }
  const fetched = await fetcher.fetch(claimed.source_url, validators, signal)
  if (fetched.kind === 'unchanged') return keepIndexed(pool, jobs, work, fence)
  const { name, etag, lastModified, url } = fetched
  const bytes = withCharset(fetched.bytes, fetched.mimeType, fetched.charset)
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (known && hash === claimed.content_hash) return keepIndexed(pool, jobs, work, fence)
  if (bytes.length === 0) throw new FailureError(FailureCode.Empty, 'The address answers with nothing.')
  const mimeType = await recogniseType({ bytes, name, mimeType: fetched.mimeType })
  const title = claimed.title_given ? claimed.title : (name ?? claimed.title)
  const stored = await sql.storeFetched(
    pool,
    documentId,
    version,
    fence,
    workspaceId,
    bytes,
    hash,
    mimeType,
    title,
    url,
    etag,
    lastModified,
  )
  return stored.length > 0 ? { bytes, mimeType, title } : 'void'
}

async function keepIndexed(
  pool: pg.Pool,
  jobs: IngestionJobs,
  { workspaceId, documentId, version, ingestionId }: DocumentWork,
  fence: number,
): Promise<'unchanged' | 'void'> {
  const kept = await transaction(pool, async (client) => {
    const [row] = await sql.keepIndexed(client, documentId, version, fence, ingestionId)
    if (row?.stale) await jobs.reindexCollection(workspaceId, row.collection_id, client)
    return row
  })
  // Once more: a job that waited already, and kept this one from being queued, may have begun before the commit.
  if (kept?.stale) await jobs.reindexCollection(workspaceId, kept.collection_id, pool)
  return kept ? 'unchanged' : 'void'
}
