import { statement } from '../statement.ts'

const family = 'run-finish'

/** Locks a run that the lease holder is about to end. Read its log's end only then. */
export const lockHeld = statement<[runId: string, lease: string], { id: string }>(
  family,
  'lock-held',
  `SELECT id FROM run WHERE id = $1::uuid AND lease_owner = $2::uuid AND status = 'RUNNING'
   FOR NO KEY UPDATE`,
)

/** Locks a run that nobody works on: it is queued, or its process has died. */
export const lockAbandoned = statement<
  [workspaceId: string, runId: string],
  { id: string; status: 'QUEUED' | 'RUNNING' }
>(
  family,
  'lock-abandoned',
  `SELECT id, status FROM run WHERE workspace_id = $1::uuid AND id = $2::uuid AND (
     status = 'QUEUED' OR (status = 'RUNNING' AND lease_expires_at <= now()))
   FOR NO KEY UPDATE`,
)

const unfollowed = (graceMs: string) =>
  `status = 'QUEUED' AND followed_at <= now() - ${graceMs}::float8 * interval '1 ms'`

/** Queued runs that nobody has followed for so long, on any replica. */
export const findUnfollowed = statement<[graceMs: number, limit: number], { id: string }>(
  family,
  'find-unfollowed',
  `SELECT id FROM run WHERE ${unfollowed('$1')} ORDER BY id LIMIT $2`,
)

/** Locks one of them, where it still is, and nobody else has. */
export const lockUnfollowed = statement<[runId: string, graceMs: number], { id: string }>(
  family,
  'lock-unfollowed',
  `SELECT id FROM run WHERE id = $1::uuid AND ${unfollowed('$2')} FOR NO KEY UPDATE SKIP LOCKED`,
)

/** Asks the process that works on it; committed together with the notification. */
export const requestCancel = statement<[workspaceId: string, runId: string], { id: string }>(
  family,
  'request-cancel',
  `WITH asked AS (
     UPDATE run SET cancel_requested_at = coalesce(cancel_requested_at, now())
     WHERE workspace_id = $1::uuid AND id = $2::uuid AND status IN ('QUEUED', 'RUNNING') RETURNING id
   )
   SELECT id, pg_notify('groundwire_run_cancel', id::text) FROM asked`,
)

/**
 * Ends a run with its last event and the news of it, its citations, and without its checkpoints: they hold passages, and an
 * ended run needs none. No row where it is not held: by `lease`, or, where that is null, by the transaction, which has
 * locked it. Where its log does not end at `last` (null: wherever it ends), nothing is changed and `ended` is false.
 *
 * `citations` is JSON: StoredCitation with an ordinal each. Of a passage that was deleted only the marker stays.
 */
export const endRun = statement<
  [
    runId: string,
    lease: string | null,
    last: number | null,
    status: string,
    answer: string | null,
    failure: string | null,
    type: string,
    payload: string,
    citations: string,
  ],
  { id: string; last: number; ended: boolean }
>(
  family,
  'end',
  `WITH held AS (
     SELECT id, (SELECT coalesce(max(seq), 0) FROM run_event WHERE run_id = run.id)::int AS last FROM run
     WHERE id = $1::uuid AND ($2::uuid IS NULL OR (lease_owner = $2::uuid AND status = 'RUNNING'))
     FOR NO KEY UPDATE
   ), ended AS (
     UPDATE run SET status = $4::run_status, answer = $5::jsonb, failure = $6::jsonb, finished_at = now(),
       prompt_version = coalesce($5::jsonb ->> 'promptVersion', prompt_version), lease_owner = NULL, lease_expires_at = NULL
     FROM held WHERE run.id = held.id AND ($3::int IS NULL OR held.last = $3::int)
     RETURNING run.id, run.workspace_id, held.last + 1 AS seq
   ), event AS (
     INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
     SELECT id, seq, workspace_id, $7, $8::jsonb FROM ended
   ), cited AS (
     SELECT * FROM jsonb_to_recordset($9::jsonb) AS c (ordinal int, marker int, "chunkId" uuid, quote text,
       start int, "end" int, verified bool)
   ), alive AS (
     SELECT chunk.id FROM chunk JOIN ended ON ended.workspace_id = chunk.workspace_id
     WHERE chunk.id IN (SELECT "chunkId" FROM cited) FOR KEY SHARE OF chunk
   ), citations AS (
     INSERT INTO run_citation (run_id, ordinal, workspace_id, marker, chunk_id, quote, start, "end", verified)
     SELECT ended.id, ordinal, ended.workspace_id, marker, alive.id,
       CASE WHEN alive.id IS NOT NULL THEN quote END,
       CASE WHEN alive.id IS NOT NULL THEN cited.start END,
       CASE WHEN alive.id IS NOT NULL THEN cited."end" END,
       verified AND alive.id IS NOT NULL
     FROM ended, cited LEFT JOIN alive ON alive.id = cited."chunkId"
   ), blobs AS (
     DELETE FROM langgraph.checkpoint_blobs WHERE thread_id = $1::text AND EXISTS (SELECT FROM ended)
   ), writes AS (
     DELETE FROM langgraph.checkpoint_writes WHERE thread_id = $1::text AND EXISTS (SELECT FROM ended)
   ), checkpoints AS (
     DELETE FROM langgraph.checkpoints WHERE thread_id = $1::text AND EXISTS (SELECT FROM ended)
   )
   SELECT held.id, held.last, ended.id IS NOT NULL AS ended,
     CASE WHEN ended.id IS NOT NULL THEN pg_notify('groundwire_run', ended.id || ':' || ended.seq) END
   FROM held LEFT JOIN ended ON ended.id = held.id`,
)
