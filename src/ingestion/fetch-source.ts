import { createHash } from 'node:crypto'
import type pg from 'pg'
import * as sql from '../db/sql/document-fetch.ts'
import type { ClaimedDocument } from '../db/sql/document-work.ts'
import { FailureCode, FailureError } from '../failure.ts'
import type { WebFetcher } from '../providers/web/web-fetcher.ts'
import type { DocumentWork } from './ingestion-jobs.ts'
import { recogniseType } from './parse/sniff-type.ts'
import { withCharset } from './with-charset.ts'

/** `void`: the attempt is not the document's any more. */
export type FetchEnd =
  | { readonly bytes: Buffer; readonly mimeType: string; readonly title: string }
  | 'unchanged'
  | 'void'

/**
 * Fetches the content of a document that is given by its address, and keeps it, so that no later attempt fetches it
 * again. Of what is indexed, the server is asked whether it changed.
 */
export async function fetchSource(
  { pool, fetcher }: { readonly pool: pg.Pool; readonly fetcher: WebFetcher },
  { documentId, version, workspaceId, ingestionId }: DocumentWork,
  claimed: ClaimedDocument & { readonly source_url: string },
  signal: AbortSignal,
): Promise<FetchEnd> {
  const { fence, indexed_version } = claimed
  const [known] = indexed_version === null ? [] : await sql.readValidators(pool, documentId, indexed_version)
  const validators = {
    url: known?.fetched_url ?? null,
    etag: known?.etag ?? null,
    lastModified: known?.last_modified ?? null,
  }
  const keep = async () => {
    const kept = await sql.keepIndexed(pool, documentId, version, fence, ingestionId)
    return kept.length > 0 ? 'unchanged' : 'void'
  }
  const fetched = await fetcher.fetch(claimed.source_url, validators, signal)
  if (fetched.kind === 'unchanged') return keep()
  const { name, etag, lastModified, url } = fetched
  const bytes = withCharset(fetched.bytes, fetched.mimeType, fetched.charset)
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (indexed_version !== null && hash === claimed.content_hash) return keep()
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
