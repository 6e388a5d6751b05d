import { statement } from '../statement.ts'
import { currentEpoch } from './run-epoch.ts'

const family = 'run-lease'

/** What a process may work on, until another takes it: every write names the lease, and is refused without. */
export interface LeaseRow {
  readonly id: string
  readonly workspace_id: string
  readonly lease: string
  readonly takeovers: number
  readonly cancel_requested: boolean
}

/**
 * Prolongs leases, also expired ones that nobody took over. Those that are missing in the result are lost. Waits for
 * nobody: `renewed` is false where somebody has the row locked, and one run's frozen transaction would else cost a
 * process the leases of all. `idle_ms` is how long nobody has followed the run on any replica.
 */
export const renewLeases = statement<
  [runIds: readonly string[], leases: readonly string[], followed: readonly boolean[], leaseMs: number],
  { id: string; lease: string; renewed: boolean; cancel_requested: boolean; idle_ms: number }
>(
  family,
  'renew',
  `WITH held AS (
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bool[]) AS h (id, lease, followed)
   ), free AS (
     SELECT run.id, held.followed FROM run JOIN held ON run.id = held.id AND run.lease_owner = held.lease
     WHERE run.status = 'RUNNING' ORDER BY run.id FOR NO KEY UPDATE OF run SKIP LOCKED
   ), renewed AS (
     UPDATE run SET lease_expires_at = now() + $4::float8 * interval '1 ms',
       followed_at = CASE WHEN free.followed THEN now() ELSE run.followed_at END
     FROM free WHERE run.id = free.id RETURNING run.id
   )
   SELECT run.id, held.lease, renewed.id IS NOT NULL AS renewed, run.cancel_requested_at IS NOT NULL AS cancel_requested,
     CASE WHEN held.followed THEN 0 ELSE extract(epoch FROM now() - run.followed_at) * 1000 END::float8 AS idle_ms
   FROM held JOIN run ON run.id = held.id AND run.lease_owner = held.lease AND run.status = 'RUNNING'
   LEFT JOIN renewed ON renewed.id = run.id`,
)

/** Says that runs which another process works on are followed here. */
export const touchFollowed = statement<[runIds: readonly string[]], Record<string, never>>(
  family,
  'touch-followed',
  `WITH followed AS (
     SELECT id FROM run WHERE id = ANY ($1::uuid[]) AND status IN ('QUEUED', 'RUNNING')
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
   )
   UPDATE run SET followed_at = now() FROM followed WHERE run.id = followed.id`,
)

/** Whether a lease has expired, of which takeOver would take the run. */
export const findExpired = statement<[except: readonly string[]], { id: string }>(
  family,
  'find-expired',
  `SELECT id FROM run WHERE status = 'RUNNING' AND lease_expires_at <= now() AND NOT id = ANY ($1::uuid[]) LIMIT 1`,
)

/**
 * Takes runs whose lease has expired, but for those in `except`; where `onlyFree`, only those whose process gave the
 * lease back. A lease that was given back counts no
 * takeover. Followers get the whole grace period anew: they lost their connection with the process.
 */
export const takeOver = statement<
  [except: readonly string[], limit: number, leaseMs: number, onlyFree: boolean],
  LeaseRow & { id: string }
>(
  family,
  'take-over',
  `WITH expired AS (
     SELECT id, lease_owner FROM run
     WHERE status = 'RUNNING' AND lease_expires_at <= now() AND NOT id = ANY ($1::uuid[])
       AND (lease_owner IS NULL OR NOT $4::bool)
     ORDER BY lease_expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
   )
   UPDATE run SET lease_owner = gen_random_uuid(), lease_expires_at = now() + $3::float8 * interval '1 ms',
     followed_at = now(), takeovers = takeovers + CASE WHEN expired.lease_owner IS NULL THEN 0 ELSE 1 END
   FROM expired WHERE run.id = expired.id
   RETURNING run.id, run.workspace_id, run.lease_owner AS lease, run.takeovers,
     run.cancel_requested_at IS NOT NULL AS cancel_requested`,
)

/** Takes the first queued run of each conversation that has none at work. */
export const takeQueued = statement<[limit: number, leaseMs: number], LeaseRow & { id: string }>(
  family,
  'take-queued',
  `WITH next AS (
     SELECT id FROM run AS queued WHERE status = 'QUEUED' AND NOT EXISTS (
       SELECT FROM run AS other WHERE other.conversation_id = queued.conversation_id AND (
         other.status = 'RUNNING' OR (other.status = 'QUEUED' AND other.id < queued.id)))
     ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
   )
   UPDATE run SET status = 'RUNNING', lease_owner = gen_random_uuid(), followed_at = now(), log_epoch = ${currentEpoch},
     lease_expires_at = now() + $2::float8 * interval '1 ms'
   FROM next WHERE run.id = next.id AND run.status = 'QUEUED'
   RETURNING run.id, run.workspace_id, run.lease_owner AS lease, run.takeovers,
     run.cancel_requested_at IS NOT NULL AS cancel_requested`,
)

/** Another process may go on at once, and what this one still tries to write is refused. */
export const giveBack = statement<[runIds: readonly string[], leases: readonly string[]], { id: string }>(
  family,
  'give-back',
  `WITH mine AS (
     SELECT run.id FROM run
     JOIN unnest($1::uuid[], $2::uuid[]) AS held (id, lease) ON run.id = held.id AND run.lease_owner = held.lease
     WHERE run.status = 'RUNNING' ORDER BY run.id FOR NO KEY UPDATE OF run
   )
   UPDATE run SET lease_owner = NULL, lease_expires_at = now() FROM mine WHERE run.id = mine.id
   RETURNING run.id`,
)
