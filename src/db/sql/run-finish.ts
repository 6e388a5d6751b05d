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

/** The run's end, its last event and the news of it. */
export const endRun = statement<
  [
    runId: string,
    status: string,
    answer: string | null,
    failure: string | null,
    seq: number,
    type: string,
    payload: string,
  ],
  { id: string }
>(
  family,
  'end',
  `WITH ended AS (
     UPDATE run SET status = $2::run_status, answer = $3::jsonb, failure = $4::jsonb, finished_at = now(),
       prompt_version = coalesce($3::jsonb ->> 'promptVersion', prompt_version), lease_owner = NULL, lease_expires_at = NULL
     WHERE id = $1::uuid RETURNING id, workspace_id
   ), event AS (
     INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
     SELECT id, $5::int, workspace_id, $6, $7::jsonb FROM ended
   )
   SELECT id, pg_notify('groundwire_run', id || ':' || $5::int) FROM ended`,
)

/** `citations` is JSON: StoredCitation with an ordinal each. Of a passage that was deleted only the marker stays. */
export const insertCitations = statement<[runId: string, citations: string], Record<string, never>>(
  family,
  'insert-citations',
  `WITH cited AS (
     SELECT * FROM jsonb_to_recordset($2::jsonb) AS c (ordinal int, marker int, "chunkId" uuid, quote text,
       start int, "end" int, verified bool)
   ), alive AS (
     SELECT chunk.id FROM chunk JOIN run ON run.id = $1::uuid AND run.workspace_id = chunk.workspace_id
     WHERE chunk.id IN (SELECT "chunkId" FROM cited) FOR KEY SHARE OF chunk
   )
   INSERT INTO run_citation (run_id, ordinal, workspace_id, marker, chunk_id, quote, start, "end", verified)
   SELECT run.id, ordinal, run.workspace_id, marker, alive.id,
     CASE WHEN alive.id IS NOT NULL THEN quote END,
     CASE WHEN alive.id IS NOT NULL THEN cited.start END,
     CASE WHEN alive.id IS NOT NULL THEN cited."end" END,
     verified AND alive.id IS NOT NULL
   FROM cited JOIN run ON run.id = $1::uuid LEFT JOIN alive ON alive.id = cited."chunkId"`,
)
