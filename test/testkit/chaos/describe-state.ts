import type pg from 'pg'
import { readLeftovers } from '../database-content.ts'

/** Where an ingestion stands that does not end: what is left, its jobs, and who does what in the database. */
export async function describeState(pool: pg.Pool): Promise<object> {
  const jobs = await pool.query(
    `SELECT name, state::text, retry_count, count(*)::int AS jobs, min(start_after - now())::text AS "starts in",
       max(now() - heartbeat_on)::text AS "last heartbeat"
     FROM pgboss.job WHERE state IN ('created', 'retry', 'active') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  )
  const documents = await pool.query(
    'SELECT status::text, attempts, count(*)::int AS documents FROM document GROUP BY 1, 2 ORDER BY 1, 2',
  )
  const sessions = await pool.query(
    `SELECT state, wait_event, (now() - xact_start)::text AS "transaction for", left(query, 80) AS query
     FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
  )
  const leftovers = Object.entries(await readLeftovers(pool)).filter(([, count]) => count !== 0)
  return {
    leftovers: Object.fromEntries(leftovers),
    documents: documents.rows,
    jobs: jobs.rows,
    sessions: sessions.rows,
  }
}
