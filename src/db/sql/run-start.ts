import { statement } from '../statement.ts'

const family = 'run-start'

/** The run that a requestId started. */
export const findByRequest = statement<[workspaceId: string, requestId: string], { id: string }>(
  family,
  'find-by-request',
  'SELECT id FROM run WHERE workspace_id = $1::uuid AND request_id = $2',
)

export const findCollection = statement<[workspaceId: string, name: string], { id: string }>(
  family,
  'find-collection',
  'SELECT id FROM collection WHERE workspace_id = $1::uuid AND name = $2',
)

/** Locks it: the starts of a conversation go one after the other. */
export const lockConversation = statement<[workspaceId: string, conversationId: string], { id: string }>(
  family,
  'lock-conversation',
  `UPDATE conversation SET updated_at = now()
   WHERE workspace_id = $1::uuid AND id = $2::uuid RETURNING id`,
)

export const insertConversation = statement<
  [conversationId: string, workspaceId: string, title: string],
  Record<string, never>
>(
  family,
  'insert-conversation',
  `INSERT INTO conversation (id, workspace_id, title, updated_at) VALUES ($1::uuid, $2::uuid, $3, now())`,
)

/** The runs of a conversation that have not ended, oldest first. */
export const findActive = statement<[conversationId: string], { id: string }>(
  family,
  'find-active',
  `SELECT id FROM run WHERE conversation_id = $1::uuid AND status IN ('QUEUED', 'RUNNING') ORDER BY id`,
)

/** The conversation's latest run: the next one's id must come after it, whatever the clocks of two processes say. */
export const findLatest = statement<[conversationId: string], { id: string }>(
  family,
  'find-latest',
  'SELECT id FROM run WHERE conversation_id = $1::uuid ORDER BY id DESC LIMIT 1',
)

/** Locks the runs of a conversation that wait for their turn, oldest first. */
export const lockQueued = statement<[conversationId: string], { id: string }>(
  family,
  'lock-queued',
  `SELECT id FROM run WHERE conversation_id = $1::uuid AND status = 'QUEUED' ORDER BY id FOR NO KEY UPDATE`,
)

/** With a lease where it is to run at once, else queued; and its first event. */
export const insertRun = statement<
  [
    runId: string,
    workspaceId: string,
    conversationId: string,
    requestId: string | null,
    question: string,
    input: string,
    traceId: string | null,
    lease: string | null,
    leaseMs: number,
  ],
  Record<string, never>
>(
  family,
  'insert-run',
  `WITH started AS (
     INSERT INTO run (id, workspace_id, conversation_id, request_id, question, input, trace_id, status,
       lease_owner, lease_expires_at)
     VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6::jsonb, $7,
       CASE WHEN $8::uuid IS NULL THEN 'QUEUED' ELSE 'RUNNING' END::run_status,
       $8::uuid, CASE WHEN $8::uuid IS NULL THEN NULL ELSE now() + $9::float8 * interval '1 ms' END)
     RETURNING id, workspace_id, conversation_id
   )
   INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
   SELECT id, 1, workspace_id, 'RunStarted', jsonb_build_object('conversationId', conversation_id) FROM started`,
)
