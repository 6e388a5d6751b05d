import { statement } from '../statement.ts'

/**
 * Writes a checkpoint with the values that are new in it, as LangGraph's own saver does by a statement for each. A
 * value without bytes is "empty". What is there already stays, so the same call can be repeated. Without the lease,
 * which stays held until the transaction ends, nothing is written and no row comes back.
 */
export const putCheckpoint = statement<
  [
    runId: string,
    namespace: string,
    checkpointId: string,
    parentId: string | null,
    checkpoint: string,
    metadata: string,
    channels: readonly string[],
    versions: readonly string[],
    types: readonly string[],
    blobs: readonly (Buffer | null)[],
    lease: string,
  ],
  { thread_id: string }
>(
  'run-checkpoint',
  'put',
  `WITH held AS (
     SELECT id::text FROM run WHERE id = $1::uuid AND lease_owner = $11::uuid AND status = 'RUNNING' FOR SHARE
   ), blobs AS (
     INSERT INTO langgraph.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
     SELECT held.id, $2, b.* FROM held,
       unnest($7::text[], $8::text[], $9::text[], $10::bytea[]) AS b (channel, version, type, blob)
     ON CONFLICT (thread_id, checkpoint_ns, channel, version) DO NOTHING
   )
   INSERT INTO langgraph.checkpoints
     (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
   SELECT held.id, $2, $3, $4, $5::jsonb, $6::jsonb FROM held
   ON CONFLICT (thread_id, checkpoint_ns, checkpoint_id)
   DO UPDATE SET checkpoint = excluded.checkpoint, metadata = excluded.metadata
   RETURNING thread_id`,
)

/**
 * Deletes LangGraph's checkpoints of runs: they hold passages, and an ended run needs none. Its own
 * deleteThread opens a transaction of its own, where this one goes with the run's end.
 */
export const purgeCheckpoints = statement<[runIds: readonly string[]], Record<string, never>>(
  'run-checkpoint',
  'purge',
  `WITH blobs AS (DELETE FROM langgraph.checkpoint_blobs WHERE thread_id = ANY ($1::text[])),
     writes AS (DELETE FROM langgraph.checkpoint_writes WHERE thread_id = ANY ($1::text[]))
   DELETE FROM langgraph.checkpoints WHERE thread_id = ANY ($1::text[])`,
)
