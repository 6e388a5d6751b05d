import { statement } from '../statement.ts'

const family = 'document_work'

/** A source up to this size travels with its claim; a larger one is read in slices. */
const inlineBytes = 1_048_576

export interface ClaimedDocument {
  readonly fence: number
  readonly collection_id: string
  readonly external_id: string | null
  readonly title: string
  readonly title_given: boolean
  readonly mime_type: string
  readonly content_hash: string
  readonly indexed_version: number | null
  readonly source_url: string | null
  readonly language: string | null
  readonly language_given: boolean
  readonly target_tokens: number
  readonly max_tokens: number
  readonly overlap_tokens: number
  readonly chunking_version: number
  /** Null where the content has yet to be fetched. */
  readonly size: number | null
  /** Null where it has to be read in slices. */
  readonly bytes: Buffer | null
}

const claimedColumns = `document.id, document.version, fence, collection_id, external_id, title, title_given, mime_type,
  content_hash, indexed_version, source_url, language, language_given`

const work = `claimed.fence, claimed.collection_id, claimed.external_id, claimed.title, claimed.title_given,
  claimed.mime_type, claimed.content_hash, claimed.indexed_version, claimed.source_url, claimed.language,
  claimed.language_given,
  collection.chunk_target_tokens AS target_tokens, collection.chunk_max_tokens AS max_tokens,
  collection.chunk_overlap_tokens AS overlap_tokens, collection.chunking_version,
  octet_length(source.bytes) AS size,
  CASE WHEN octet_length(source.bytes) <= ${inlineBytes} THEN source.bytes END AS bytes
  FROM claimed JOIN collection ON collection.id = claimed.collection_id
  LEFT JOIN document_source AS source ON source.document_id = claimed.id AND source.version = claimed.version`

/**
 * Takes up the ingestion of one content of a document. Its fence grows with each claim: whoever takes the document up
 * later makes all writes of this attempt void. A job whose ingestion was cancelled gets nothing, also where another
 * ingestion has queued the same content again since.
 */
export const claim = statement<
  [documentId: string, version: number, ingestionId: string, workspaceId: string],
  ClaimedDocument
>(
  family,
  'claim',
  `WITH claimed AS (
     UPDATE document SET status = 'PARSING', attempts = attempts + 1, fence = fence + 1, failure = NULL,
       updated_at = now()
     WHERE id = $1 AND version = $2 AND workspace_id = $4 AND status NOT IN ('READY', 'CANCELLED', 'FAILED')
       AND EXISTS (
         SELECT FROM ingestion_document
         WHERE ingestion_id = $3 AND document_id = $1 AND version = $2 AND status IN ('QUEUED', 'RUNNING'))
     RETURNING ${claimedColumns}),
   running AS (
     UPDATE ingestion_document SET status = 'RUNNING'
     WHERE ingestion_id = $3 AND document_id = $1 AND version = $2 AND status IN ('QUEUED', 'RUNNING')
       AND EXISTS (SELECT FROM claimed))
   SELECT ${work}`,
)

/** What a re-index needs of a document whose indexed content is its newest. */
export const readIndexed = statement<
  [documentId: string],
  ClaimedDocument & { readonly version: number; readonly workspace_id: string }
>(
  family,
  'read_indexed',
  `WITH claimed AS (
     SELECT ${claimedColumns}, workspace_id FROM document WHERE id = $1 AND status = 'READY' AND version = indexed_version)
   SELECT claimed.version, claimed.workspace_id, ${work}`,
)

/** Bytes [from, from + length) of a source, from 0. */
export const readSlice = statement<
  [documentId: string, version: number, from: number, length: number],
  { slice: Buffer }
>(
  family,
  'read_slice',
  'SELECT substring(bytes FROM $3 + 1 FOR $4) AS slice FROM document_source WHERE document_id = $1 AND version = $2',
)

export const advance = statement<
  [documentId: string, version: number, fence: number, status: string],
  { id: string }
>(
  family,
  'advance',
  `UPDATE document SET status = $4::document_status, updated_at = now()
   WHERE id = $1 AND version = $2 AND fence = $3 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING') RETURNING id`,
)

/** Back to the queue, for another attempt. @returns nothing where the attempt is void */
export const release = statement<
  [documentId: string, version: number, fence: number, ingestionId: string],
  { document_id: string }
>(
  family,
  'release',
  `WITH released AS (
     UPDATE document SET status = 'QUEUED', updated_at = now()
     WHERE id = $1 AND version = $2 AND fence = $3 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING') RETURNING id)
   UPDATE ingestion_document SET status = 'QUEUED'
   WHERE ingestion_id = $4 AND document_id = $1 AND version = $2 AND EXISTS (SELECT FROM released)
   RETURNING document_id`,
)

/**
 * Ends it FAILED: by its own attempt, while that is at work, or, where `fence` is null, by the dead letter, which
 * outranks every attempt of the same ingestion, unless it has ended.
 */
export const fail = statement<
  [documentId: string, version: number, fence: number | null, ingestionId: string, failure: string],
  { document_id: string }
>(
  family,
  'fail',
  `WITH failed AS (
     UPDATE document SET status = 'FAILED', failure = $5::jsonb, updated_at = now()
     WHERE id = $1 AND version = $2 AND status NOT IN ('READY', 'CANCELLED', 'FAILED')
       AND CASE WHEN $3::int IS NULL THEN EXISTS (
             SELECT FROM ingestion_document AS work
             WHERE work.ingestion_id = $4 AND work.document_id = $1 AND work.version = $2
               AND work.status IN ('QUEUED', 'RUNNING'))
           ELSE fence = $3 AND status <> 'QUEUED' END RETURNING id),
   unstaged AS (
     DELETE FROM staged_embedding WHERE document_id IN (SELECT id FROM failed))
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
