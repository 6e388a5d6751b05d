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
    source_url: string | null
    has_source: boolean
  }
>(
  family,
  'lock_documents',
  `SELECT id, external_id, content_hash, version, indexed_version, status::text, source_url,
     EXISTS (
       SELECT FROM document_source AS source WHERE source.document_id = document.id AND source.version = document.version
     ) AS has_source
   FROM document
   WHERE collection_id = $1
     AND (external_id = ANY($2) OR (external_id IS NULL AND content_hash = ANY($3)))
   ORDER BY id FOR UPDATE`,
)

/** Each array has an entry a document. */
export const insertDocuments = statement<
  [
    workspaceId: string,
    collectionId: string,
    ids: string[],
    versions: number[],
    externalIds: (string | null)[],
    titles: string[],
    mimeTypes: string[],
    contentHashes: string[],
    bytes: number[],
    metadata: string[],
    titlesGiven: boolean[],
    sourceUrls: (string | null)[],
    languages: (string | null)[],
  ],
  never
>(
  family,
  'insert_documents',
  `INSERT INTO document (workspace_id, collection_id, id, version, external_id, title, mime_type, content_hash, bytes,
     metadata, title_given, source_url, language, language_given, updated_at)
   SELECT $1, $2, id, version, external_id, title, mime_type, content_hash, bytes, metadata, title_given, source_url,
     language, language IS NOT NULL, now()
   FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::jsonb[],
     $11::boolean[], $12::text[], $13::text[])
     AS given (id, version, external_id, title, mime_type, content_hash, bytes, metadata, title_given, source_url,
       language)`,
)

/**
 * Of contents that were never indexed, since newer ones replace them, and of what an attempt at this version fetched
 * before: it is not what is there now.
 */
const forgetSources = `forgotten AS (
     DELETE FROM document_source USING document
     WHERE document_id = $1 AND document.id = $1 AND document_source.version IS DISTINCT FROM document.indexed_version)`

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
    titleGiven: boolean,
    language: string | null,
  ],
  never
>(
  family,
  'requeue_document',
  `WITH ${forgetSources}
   UPDATE document SET title = $2, mime_type = $3, content_hash = $4, version = $5, bytes = $6,
     metadata = COALESCE($7::jsonb, metadata), title_given = $8, source_url = NULL, status = 'QUEUED', failure = NULL,
     language = COALESCE($9, language), language_given = $9 IS NOT NULL,
     attempts = CASE WHEN version = $5 THEN attempts ELSE 0 END, updated_at = now()
   WHERE id = $1`,
)

/** To be fetched (again): what is known of the content stays until it is there. */
export const requeueFetch = statement<
  [
    id: string,
    version: number,
    sourceUrl: string,
    title: string | null,
    metadata: string | null,
    language: string | null,
  ],
  never
>(
  family,
  'requeue_fetch',
  `WITH ${forgetSources}
   UPDATE document SET version = $2, source_url = $3, title = COALESCE($4, title),
     title_given = title_given OR $4 IS NOT NULL, metadata = COALESCE($5::jsonb, metadata),
     language = COALESCE($6, language), language_given = language_given OR $6 IS NOT NULL, status = 'QUEUED',
     failure = NULL, attempts = CASE WHEN version = $2 THEN attempts ELSE 0 END, updated_at = now()
   WHERE id = $1`,
)

/** Same content: only what was said anew about it. `stale`: its passages are indexed under another title or language. */
export const describeDocument = statement<
  [id: string, title: string | null, metadata: string | null, language: string | null],
  { stale: boolean }
>(
  family,
  'describe_document',
  `UPDATE document SET title = COALESCE($2, title), title_given = title_given OR $2 IS NOT NULL,
     metadata = COALESCE($3::jsonb, metadata), language = COALESCE($4, language),
     language_given = language_given OR $4 IS NOT NULL, updated_at = now()
   WHERE id = $1 AND (title, title_given, metadata, language, language_given) IS DISTINCT FROM
     (COALESCE($2, title), title_given OR $2 IS NOT NULL, COALESCE($3::jsonb, metadata), COALESCE($4, language),
       language_given OR $4 IS NOT NULL)
   RETURNING status = 'READY' AND (
     title IS DISTINCT FROM indexed_title OR language IS DISTINCT FROM indexed_language) AS stale`,
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

/** Of several documents, which have none of these versions yet or have an earlier attempt's. */
export const insertSources = statement<
  [workspaceId: string, documentIds: string[], versions: number[], bytes: Buffer[]],
  never
>(
  family,
  'insert_sources',
  `INSERT INTO document_source (workspace_id, document_id, version, bytes)
   SELECT $1, document_id, version, bytes
   FROM unnest($2::uuid[], $3::int[], $4::bytea[]) AS given (document_id, version, bytes)
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
export const supersedeWork = statement<
  [documentIds: string[]],
  { ingestion_id: string; document_id: string }
>(
  family,
  'supersede_work',
  `UPDATE ingestion_document SET status = 'CANCELLED'
   WHERE document_id = ANY($1::uuid[]) AND status IN ('QUEUED', 'RUNNING') RETURNING ingestion_id, document_id`,
)
