import { statement } from '../statement.ts'

const family = 'ingestion'

/** Followers listen here; the payload is the ingestion's id. */
export const ingestionChannel = 'groundwire_ingestion'

export const countDocuments = statement<
  [workspaceId: string, ingestionIds: string[]],
  { ingestion_id: string; queued: number; running: number; ready: number; failed: number; cancelled: number }
>(
  family,
  'count_documents',
  `SELECT ingestion_id,
     count(*) FILTER (WHERE status = 'QUEUED')::int AS queued, count(*) FILTER (WHERE status = 'RUNNING')::int AS running,
     count(*) FILTER (WHERE status = 'READY')::int AS ready, count(*) FILTER (WHERE status = 'FAILED')::int AS failed,
     count(*) FILTER (WHERE status = 'CANCELLED')::int AS cancelled
   FROM ingestion_document WHERE workspace_id = $1 AND ingestion_id = ANY($2::uuid[]) GROUP BY ingestion_id`,
)

/**
 * Ends an ingestion whose documents have all ended, and tells its followers of the change either way.
 * Runs after the change is committed: of two documents that end at once, the later one sees both.
 */
export const settle = statement<[ingestionIds: string[]], never>(
  family,
  'settle',
  `WITH ended AS (
     UPDATE ingestion SET finished_at = now()
     WHERE id = ANY($1::uuid[]) AND finished_at IS NULL AND NOT EXISTS (
       SELECT FROM ingestion_document AS work
       WHERE work.ingestion_id = ingestion.id AND work.status IN ('QUEUED', 'RUNNING'))
     RETURNING id)
   SELECT pg_notify('${ingestionChannel}', id::text) FROM unnest($1::uuid[]) AS id WHERE (SELECT count(*) FROM ended) >= 0`,
)

export const notifyFollowers = statement<[ingestionId: string], never>(
  family,
  'notify_followers',
  `SELECT pg_notify('${ingestionChannel}', $1)`,
)

/** @returns the documents that go round again, each with the content it has now */
export const requeueUnsuccessful = statement<[ingestionId: string], { document_id: string; version: number }>(
  family,
  'requeue_unsuccessful',
  `WITH work AS (
     UPDATE ingestion_document SET status = 'QUEUED', version = document.version
     FROM document
     WHERE ingestion_id = $1 AND document.id = document_id AND ingestion_document.status IN ('FAILED', 'CANCELLED')
       AND document.status IN ('FAILED', 'CANCELLED')
     RETURNING document_id, document.version),
   reopened AS (
     UPDATE ingestion SET finished_at = NULL WHERE id = $1 AND EXISTS (SELECT FROM work)),
   requeued AS (
     UPDATE document SET status = 'QUEUED', failure = NULL, attempts = 0, updated_at = now()
     FROM work WHERE id = work.document_id)
   SELECT document_id, version FROM work`,
)

/** What is queued or running: its jobs find the document CANCELLED, and write nothing. */
export const cancelUnfinished = statement<[ingestionId: string], { document_id: string }>(
  family,
  'cancel_unfinished',
  `WITH work AS (
     UPDATE ingestion_document SET status = 'CANCELLED'
     WHERE ingestion_id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING document_id, version)
   UPDATE document SET status = 'CANCELLED', updated_at = now()
   FROM work WHERE id = work.document_id AND document.version = work.version AND status NOT IN ('READY', 'FAILED')
   RETURNING id AS document_id`,
)
