import { statement } from '../statement.ts'

const family = 'run-event'

export interface EventRow {
  readonly seq: number
  readonly type: string
  readonly payload: unknown
}

/** The log's next events, in order. */
export const readEvents = statement<
  [runId: string, afterSeq: number, limit: number],
  EventRow & { seq: number }
>(
  family,
  'read',
  `SELECT seq, type, payload FROM run_event WHERE run_id = $1::uuid AND seq > $2 ORDER BY seq LIMIT $3`,
)

export const readLastSeq = statement<[runId: string], { last: number }>(
  family,
  'last-seq',
  'SELECT coalesce(max(seq), 0)::int AS last FROM run_event WHERE run_id = $1::uuid',
)

/** None where the run was deleted. */
export const readLogState = statement<[runId: string], { last: number; ended: boolean }>(
  family,
  'state',
  `SELECT (SELECT coalesce(max(seq), 0) FROM run_event WHERE run_id = run.id)::int AS last,
     status NOT IN ('QUEUED', 'RUNNING') AS ended
   FROM run WHERE id = $1::uuid`,
)

/** One row per run that is still held: its log's end, and whether the events were added to it. */
export interface Appended {
  readonly run_id: string
  readonly added: boolean
  readonly last: number
}

/**
 * Appends the events of many runs. Of a run whose lease was lost nothing is written and no row comes back:
 * the row lock makes a takeover wait, or this statement see it. `added` is false where the event before the
 * first is missing, which a crash of the server after an asynchronous commit can cause. What is there
 * already stays, so the same call can be repeated. The news goes in notifications of a hundred runs each: a
 * payload holds 8,000 bytes.
 *
 * `commit` is 'off' for a commit that does not wait for the disk, else null.
 */
export const appendEvents = statement<
  [
    runIds: readonly string[],
    leases: readonly string[],
    seqs: readonly number[],
    types: readonly string[],
    payloads: readonly string[],
    commit: 'off' | null,
  ],
  Appended & { run_id: string }
>(
  family,
  'append',
  `WITH batch AS (
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[])
       AS b (run_id, lease, seq, type, payload)
   ), span AS (
     SELECT run_id, lease, min(seq) AS first, max(seq) AS last FROM batch GROUP BY run_id, lease
   ), held AS (
     SELECT run.id, run.workspace_id, span.first, span.last FROM run JOIN span ON span.run_id = run.id
     WHERE run.status = 'RUNNING' AND run.lease_owner = span.lease
     ORDER BY run.id FOR SHARE OF run
   ), ends AS (
     SELECT held.*, (SELECT coalesce(max(seq), 0) FROM run_event WHERE run_id = held.id) AS stored FROM held
   ), added AS (
     INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
     SELECT ends.id, batch.seq, ends.workspace_id, batch.type, batch.payload::jsonb
     FROM ends JOIN batch ON batch.run_id = ends.id WHERE ends.stored >= ends.first - 1
     ON CONFLICT (run_id, seq) DO NOTHING
   ), news AS (
     SELECT pg_notify('groundwire_run', string_agg(id || ':' || last, ',')) AS told FROM (
       SELECT id, last, row_number() OVER () / 100 AS part FROM ends WHERE stored >= first - 1
     ) AS parts GROUP BY part
   )
   SELECT id AS run_id, stored >= first - 1 AS added,
     CASE WHEN stored >= first - 1 THEN last ELSE stored END::int AS last,
     (SELECT count(told) FROM news) AS notified,
     (SELECT set_config('synchronous_commit', coalesce($6, current_setting('synchronous_commit')), true)) AS commit
   FROM ends`,
)
