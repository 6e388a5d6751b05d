import { statement } from '../statement.ts'

const family = 'acceptance'

/** Held until the transaction ends: a deletion waits for it, and finds what it wrote. */
export const holdCollection = statement<[workspaceId: string, name: string], { id: string }>(
  family,
  'hold_collection',
  'SELECT id FROM collection WHERE workspace_id = $1 AND name = $2 FOR KEY SHARE',
)

/** Of two that make the same one, the second waits for the first, and makes none. */
export const makeCollection = statement<[id: string, workspaceId: string, name: string], never>(
  family,
  'make_collection',
  'INSERT INTO collection (id, workspace_id, name) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, name) DO NOTHING',
)

/** The documents that could be the same as accepted ones, locked in one order, so that two calls cannot deadlock. */
export const lockDocuments = statement<
  [collectionId: string, externalIds: string[], contentHashes: string[]],
  {
    id: string
    external_id: string | null
    content_hash: string
    version: number
    indexed_version: number | null
    status: string
  }
>(
  family,
  'lock_documents',
  `SELECT id, external_id, content_hash, version, indexed_version, status::text FROM document
   WHERE collection_id = $1
     AND (external_id = ANY($2) OR (external_id IS NULL AND content_hash = ANY($3)))
   ORDER BY id FOR UPDATE`,
)

export const insertDocument = statement<
  [
    id: string,
    workspaceId: string,
    collectionId: string,
    externalId: string | null,
    title: string,
    mimeType: string,
    contentHash: string,
    version: number,
    bytes: number,
    metadata: string,
  ],
  never
>(
  family,
  'insert_document',
  `INSERT INTO document (id, workspace_id, collection_id, external_id, title, mime_type, content_hash, version,
     bytes, metadata, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, now())`,
)

/** Other content, or the same again after a failure: what is indexed stays until the new content is. */
export const requeueDocument = statement<
  [
    id: string,
    title: string,
    mimeType: string,
    contentHash: string,
    version: number,
    bytes: number,
    metadata: string | null,
  ],
  never
>(
  family,
  'requeue_document',
  // The attempts at one version are counted on: a worker that still has an earlier one is told by its number.
  `UPDATE document SET title = $2, mime_type = $3, content_hash = $4, version = $5, bytes = $6,
     metadata = COALESCE($7::jsonb, metadata), status = 'QUEUED', failure = NULL,
     attempts = CASE WHEN version = $5 THEN attempts ELSE 0 END, updated_at = now()
   WHERE id = $1`,
)

/** Same content: only what was said anew about it. */
export const describeDocument = statement<[id: string, title: string | null, metadata: string | null], never>(
  family,
  'describe_document',
  `UPDATE document SET title = COALESCE($2, title), metadata = COALESCE($3::jsonb, metadata), updated_at = now()
   WHERE id = $1 AND (title, metadata) IS DISTINCT FROM (COALESCE($2, title), COALESCE($3::jsonb, metadata))`,
)

export const insertSource = statement<
  [documentId: string, version: number, workspaceId: string, bytes: Buffer],
  never
>(
  family,
  'insert_source',
  `INSERT INTO document_source (document_id, version, workspace_id, bytes) VALUES ($1, $2, $3, $4)
   ON CONFLICT (document_id, version) DO UPDATE SET bytes = EXCLUDED.bytes`,
)

export const insertIngestion = statement<
  [id: string, workspaceId: string, collectionId: string, traceparent: string | null],
  never
>(
  family,
  'insert_ingestion',
  'INSERT INTO ingestion (id, workspace_id, collection_id, traceparent) VALUES ($1, $2, $3, $4)',
)

export const insertIngestionDocuments = statement<
  [ingestionId: string, workspaceId: string, documentIds: string[], versions: number[]],
  never
>(
  family,
  'insert_ingestion_documents',
  `INSERT INTO ingestion_document (ingestion_id, workspace_id, document_id, version)
   SELECT $1, $2, document_id, version FROM unnest($3::uuid[], $4::int[]) AS work (document_id, version)`,
)

/** Work on contents that newer ones replace. @returns the ingestions that lost some */
export const supersedeWork = statement<[documentIds: string[]], { ingestion_id: string }>(
  family,
  'supersede_work',
  `UPDATE ingestion_document SET status = 'CANCELLED'
   WHERE document_id = ANY($1::uuid[]) AND status IN ('QUEUED', 'RUNNING') RETURNING ingestion_id`,
)
