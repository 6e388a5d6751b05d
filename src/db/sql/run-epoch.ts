import { statement } from '../statement.ts'

const family = 'run-epoch'

/**
 * Differs after a crash of the server, a failover and a restore, and not after an orderly restart: statistics are what
 * PostgreSQL throws away when it recovers from its log. Whoever resets them by hand only has us be careful for nothing.
 */
export const currentEpoch = '(SELECT stats_reset FROM pg_stat_wal)'

/** Whether the log's end may be lost: the server has crashed since the log was last known to be whole. */
export const mayBeCut = `coalesce(run.log_epoch <> ${currentEpoch}, false)`

export const readCut = statement<[runId: string], { cut: boolean }>(
  family,
  'read',
  `SELECT ${mayBeCut} AS cut FROM run WHERE id = $1::uuid`,
)

/**
 * Adds `count` events after `last`, of which the last is an AnswerReset and the others say nothing, and takes note that
 * the log is whole again.
 */
export const bridgeCut = statement<
  [runId: string, last: number, count: number, reason: string],
  Record<string, never>
>(
  family,
  'bridge',
  `WITH whole AS (
     UPDATE run SET log_epoch = ${currentEpoch} WHERE id = $1::uuid RETURNING id, workspace_id
   ), event AS (
     INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
     SELECT id, $2::int + n, workspace_id, CASE n WHEN $3::int THEN 'AnswerReset' ELSE 'AnswerDelta' END,
       CASE n WHEN $3::int THEN jsonb_build_object('reason', $4::text) ELSE jsonb_build_object('text', '') END
     FROM whole, generate_series(1, $3::int) AS n
   )
   SELECT pg_notify('groundwire_run', id || ':' || $2::int + $3::int) FROM whole`,
)
