import { statement } from '../statement.ts'
import { voidedChannel } from './voided-work.ts'

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
 * Which of these seem to have ended, since all their documents have. Tells the followers of the others that
 * something changed.
 */
export const endedIngestions = statement<[ingestionIds: string[]], { id: string; ended: boolean }>(
  family,
  'ended_ingestions',
  `WITH state AS MATERIALIZED (
     SELECT id, finished_at IS NULL AND NOT EXISTS (
       SELECT FROM ingestion_document AS work
       WHERE work.ingestion_id = ingestion.id AND work.status IN ('QUEUED', 'RUNNING')) AS ended
     FROM ingestion WHERE id = ANY($1::uuid[]))
   SELECT id, ended, CASE WHEN NOT ended THEN pg_notify('${ingestionChannel}', id::text) END FROM state`,
)

/** Held until the transaction ends: whoever queues documents of these again waits. */
export const holdIngestions = statement<[ingestionIds: string[]], never>(
  family,
  'hold_ingestions',
  'SELECT FROM ingestion WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
)

export const finishIngestions = statement<[ingestionIds: string[]], never>(
  family,
  'finish_ingestions',
  `WITH ended AS (
     UPDATE ingestion SET finished_at = now()
     WHERE id = ANY($1::uuid[]) AND finished_at IS NULL AND NOT EXISTS (
       SELECT FROM ingestion_document AS work
       WHERE work.ingestion_id = ingestion.id AND work.status IN ('QUEUED', 'RUNNING')))
   SELECT pg_notify('${ingestionChannel}', id::text) FROM unnest($1::uuid[]) AS id`,
)

export const notifyFollowers = statement<[ingestionId: string], never>(
  family,
  'notify_followers',
  `SELECT pg_notify('${ingestionChannel}', $1)`,
)

/** Of a collection's ingestions that have not ended: they go with it. */
export const notifyFollowersOf = statement<[collectionId: string], never>(
  family,
  'notify_followers_of',
  `SELECT pg_notify('${ingestionChannel}', id::text) FROM ingestion WHERE collection_id = $1 AND finished_at IS NULL`,
)

/** Held until the transaction ends, before its documents: a deletion locks it before them, too. */
export const holdCollection = statement<[collectionId: string], never>(
  family,
  'hold_collection',
  'SELECT FROM collection WHERE id = $1 FOR KEY SHARE',
)

/**
 * Locks the documents of an ingestion in one order, before their entries, as every other change of both does: what the
 * transaction then reads of them stays.
 */
export const holdDocuments = statement<[ingestionId: string], never>(
  family,
  'hold_documents',
  `SELECT FROM document WHERE id IN (SELECT document_id FROM ingestion_document WHERE ingestion_id = $1)
   ORDER BY id FOR UPDATE`,
)

/**
 * For documents that are held. @returns those that go round again, each with the content it has now
 */
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
     UPDATE document SET status = 'QUEUED', failure = NULL, updated_at = now()
     FROM work WHERE id = work.document_id)
   SELECT document_id, version FROM work`,
)

/** For documents that are held. What is queued or running: its jobs find the document CANCELLED, and write nothing. */
export const cancelUnfinished = statement<[ingestionId: string], { document_id: string }>(
  family,
  'cancel_unfinished',
  `WITH work AS (
     UPDATE ingestion_document SET status = 'CANCELLED'
     WHERE ingestion_id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING document_id, version),
   unstaged AS (
     DELETE FROM staged_embedding WHERE document_id IN (SELECT document_id FROM work))
   UPDATE document SET status = 'CANCELLED', updated_at = now()
   FROM work WHERE id = work.document_id AND document.version = work.version AND status NOT IN ('READY', 'FAILED')
   RETURNING id AS document_id, pg_notify('${voidedChannel}', id::text)`,
)
