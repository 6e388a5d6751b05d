import { statement } from '../statement.ts'

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
