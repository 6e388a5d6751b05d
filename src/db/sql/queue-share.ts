import { statement } from '../statement.ts'

/**
 * Gives the next jobs of a collection their places in the order of the queue: start-time fair queueing (Goyal, Vin and
 * Cheng, 1996) with the workspaces as flows, and the collections of one sharing its part. A collection's jobs follow
 * its own last one, or the head of the queue where none waits; the more collections of its workspace wait, the longer
 * the steps. So one document of one collection is behind one of each other, and not behind all of them.
 *
 * The head is that of the jobs that nobody took yet: what is handed back has no rank, and what is tried again has one
 * of long ago. Whoever came while such a job waits would pass all that wait.
 *
 * Locks the collection's row until the transaction ends. A database that has been at it long enough to run out of
 * ranks serves what is left in the order of its coming.
 *
 * @returns the rank of the last of `count` jobs, and the step from one to the next
 */
export const takeRanks = statement<
  [workspaceId: string, collectionId: string, count: number],
  { last_rank: number; step: number }
>(
  'queue_share',
  'take_ranks',
  `WITH head AS (
     SELECT COALESCE(
       (SELECT -priority FROM pgboss.job
        WHERE name = 'ingest-document' AND state < 'active' AND NOT blocked AND state = 'created' AND priority < 0
        ORDER BY priority DESC, created_on LIMIT 1),
       (SELECT max(last_rank) FROM queue_share), 0) AS rank),
   share AS (
     SELECT 1 + count(*)::int AS step FROM queue_share, head
     WHERE workspace_id = $1 AND collection_id <> $2 AND last_rank > head.rank)
   INSERT INTO queue_share AS own (collection_id, workspace_id, last_rank)
   SELECT $2, $1, LEAST(head.rank::bigint + $3::bigint * share.step, 2147483647) FROM head, share
   ON CONFLICT (collection_id) DO UPDATE SET last_rank = LEAST(
     GREATEST(own.last_rank, (SELECT rank FROM head))::bigint + $3::bigint * (SELECT step FROM share), 2147483647)
   RETURNING last_rank, (SELECT step FROM share)`,
)
