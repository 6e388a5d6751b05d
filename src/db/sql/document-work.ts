import { statement } from '../statement.ts'

const family = 'document_work'

/**
 * Takes up the ingestion of one content of a document. The attempt's number fences it: whoever takes
 * the document up later makes all writes of this attempt void. A job whose ingestion was cancelled gets
 * nothing, also where another ingestion has queued the same content again since.
 */
export const claim = statement<
  [documentId: string, version: number, ingestionId: string, workspaceId: string],
  {
    attempts: number
    fence: number
    collection_id: string
    title: string
    mime_type: string
    bytes: Buffer
  }
>(
  family,
  'claim',
  `WITH claimed AS (
     UPDATE document SET status = 'PARSING', attempts = attempts + 1, fence = fence + 1, failure = NULL, updated_at = now()
     WHERE id = $1 AND version = $2 AND workspace_id = $4 AND status NOT IN ('READY', 'CANCELLED', 'FAILED')
       AND EXISTS (
         SELECT FROM ingestion_document
         WHERE ingestion_id = $3 AND document_id = $1 AND version = $2 AND status IN ('QUEUED', 'RUNNING'))
     RETURNING id, version, attempts, fence, collection_id, title, mime_type),
   running AS (
     UPDATE ingestion_document SET status = 'RUNNING'
     WHERE ingestion_id = $3 AND document_id = $1 AND version = $2 AND status IN ('QUEUED', 'RUNNING')
       AND EXISTS (SELECT FROM claimed))
   SELECT attempts, fence, collection_id, title, mime_type, bytes FROM claimed
   JOIN document_source AS source ON source.document_id = claimed.id AND source.version = claimed.version`,
)

export const advance = statement<
  [documentId: string, version: number, attempts: number, status: string],
  { id: string }
>(
  family,
  'advance',
  `UPDATE document SET status = $4::document_status, updated_at = now()
   WHERE id = $1 AND version = $2 AND attempts = $3 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING') RETURNING id`,
)

/** Back to the queue, for another attempt. */
export const release = statement<
  [documentId: string, version: number, attempts: number, ingestionId: string],
  never
>(
  family,
  'release',
  `WITH released AS (
     UPDATE document SET status = 'QUEUED', updated_at = now()
     WHERE id = $1 AND version = $2 AND attempts = $3 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING') RETURNING id)
   UPDATE ingestion_document SET status = 'QUEUED'
   WHERE ingestion_id = $4 AND document_id = $1 AND version = $2 AND EXISTS (SELECT FROM released)`,
)

/**
 * Ends it FAILED: by its own attempt, while that is at work, or, where `attempts` is null, by the dead letter, which
 * outranks every attempt, unless it has ended.
 */
export const fail = statement<
  [documentId: string, version: number, attempts: number | null, ingestionId: string, failure: string],
  { document_id: string }
>(
  family,
  'fail',
  `WITH failed AS (
     UPDATE document SET status = 'FAILED', failure = $5::jsonb, updated_at = now()
     WHERE id = $1 AND version = $2 AND status NOT IN ('READY', 'CANCELLED', 'FAILED')
       AND ($3::int IS NULL OR (attempts = $3 AND status <> 'QUEUED')) RETURNING id)
   UPDATE ingestion_document SET status = 'FAILED'
   WHERE ingestion_id = $4 AND document_id = $1 AND version = $2 AND EXISTS (SELECT FROM failed)
   RETURNING document_id`,
)

/** The job that finds nothing to do: what its entry must say follows from the document. */
export const settleEntry = statement<[documentId: string, version: number, ingestionId: string], never>(
  family,
  'settle_entry',
  `UPDATE ingestion_document AS work
   SET status = CASE
     WHEN document.version = $2 AND document.status = 'READY' THEN 'READY'
     WHEN document.version = $2 AND document.status = 'FAILED' THEN 'FAILED'
     ELSE 'CANCELLED' END::ingestion_document_status
   FROM document
   WHERE work.ingestion_id = $3 AND work.document_id = $1 AND work.version = $2 AND document.id = $1
     AND work.status IN ('QUEUED', 'RUNNING')
     AND (document.version <> $2 OR document.status IN ('READY', 'CANCELLED', 'FAILED'))`,
)
