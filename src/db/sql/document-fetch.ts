import { statement } from '../statement.ts'

const family = 'document_fetch'

/**
 * What the server said of the content that is indexed, where the document is still described as that content. It is
 * not where a later one, which was never indexed, was fetched or given.
 */
export const readValidators = statement<
  [documentId: string],
  { fetched_url: string | null; etag: string | null; last_modified: string | null }
>(
  family,
  'read_validators',
  `SELECT fetched_url, etag, last_modified
   FROM document JOIN document_source AS source ON source.document_id = document.id AND source.version = indexed_version
   WHERE document.id = $1 AND content_hash = encode(sha256(source.bytes), 'hex')`,
)

/** Keeps what was fetched, so that no later attempt fetches it again. @returns nothing where the attempt is void */
export const storeFetched = statement<
  [
    documentId: string,
    version: number,
    fence: number,
    workspaceId: string,
    bytes: Buffer,
    contentHash: string,
    mimeType: string,
    title: string,
    fetchedUrl: string,
    etag: string | null,
    lastModified: string | null,
  ],
  { document_id: string }
>(
  family,
  'store_fetched',
  `WITH fetched AS (
     UPDATE document SET content_hash = $6, mime_type = $7, bytes = octet_length($5::bytea),
       title = CASE WHEN title_given THEN title ELSE $8 END, updated_at = now()
     WHERE id = $1 AND version = $2 AND fence = $3 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING') RETURNING id)
   INSERT INTO document_source (document_id, version, workspace_id, bytes, fetched_url, etag, last_modified)
   SELECT id, $2, $4, $5, $9, $10, $11 FROM fetched
   ON CONFLICT (document_id, version) DO UPDATE
   SET bytes = EXCLUDED.bytes, fetched_url = EXCLUDED.fetched_url, etag = EXCLUDED.etag,
     last_modified = EXCLUDED.last_modified
   RETURNING document_id`,
)

/**
 * The content is what is indexed: the version that was opened for it is taken back. The fence stays, so that whoever
 * still works on that version is void also when it is opened again.
 *
 * @returns nothing where the attempt is void. `stale`: its passages were made with another title, language or settings than
 * hold now
 */
export const keepIndexed = statement<
  [documentId: string, version: number, fence: number, ingestionId: string],
  { collection_id: string; stale: boolean }
>(
  family,
  'keep_indexed',
  `WITH kept AS (
     UPDATE document SET status = 'READY', version = indexed_version, failure = NULL, updated_at = now()
     WHERE id = $1 AND version = $2 AND fence = $3 AND indexed_version IS NOT NULL
       AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING')
     RETURNING id, version, collection_id, title IS DISTINCT FROM indexed_title
       OR language IS DISTINCT FROM indexed_language OR indexed_chunking <> (
       SELECT chunking_version FROM collection WHERE collection.id = collection_id) AS stale),
   unstaged AS (
     DELETE FROM staged_embedding WHERE document_id IN (SELECT id FROM kept)),
   entered AS (
     UPDATE ingestion_document SET status = 'READY', version = kept.version FROM kept
     WHERE ingestion_id = $4 AND document_id = kept.id)
   SELECT collection_id, stale FROM kept`,
)
