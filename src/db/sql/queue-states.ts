import { statement } from '../statement.ts'

/** Jobs that wait or are worked on, and how long the oldest one that could start has waited, by queue. */
export const queueStates = statement<
  [names: string[]],
  { name: string; queued: number; active: number; oldest_seconds: number | null }
>(
  'queue',
  'states',
  `SELECT name, count(*) FILTER (WHERE state < 'active')::int AS queued,
     count(*) FILTER (WHERE state = 'active')::int AS active,
     extract(epoch FROM now() - min(start_after) FILTER (WHERE state < 'active' AND start_after <= now()))::float8
       AS oldest_seconds
   FROM pgboss.job WHERE name = ANY($1) AND state <= 'active' GROUP BY name`,
)

export const activeJobs = statement<[], { name: string; ids: string[] }>(
  'queue',
  'active_jobs',
  `SELECT name, array_agg(id::text) AS ids FROM pgboss.job WHERE state = 'active' GROUP BY name`,
)
