import { statement } from '../statement.ts'
import { currentEpoch } from './run-epoch.ts'

const family = 'run-start'

export interface StartedBefore {
  readonly id: string
  readonly conversation_id: string
}

/** The run that a requestId started. */
export const findByRequest = statement<
  [workspaceId: string, requestId: string],
  StartedBefore & { id: string }
>(
  family,
  'find-by-request',
  'SELECT id, conversation_id FROM run WHERE workspace_id = $1::uuid AND request_id = $2',
)

/** Locks it: the starts of a conversation go one after the other. */
export const lockConversation = statement<[workspaceId: string, conversationId: string], { id: string }>(
  family,
  'lock-conversation',
  `UPDATE conversation SET updated_at = now()
   WHERE workspace_id = $1::uuid AND id = $2::uuid RETURNING id`,
)

/** The runs of a conversation that have not ended, oldest first. */
export const findActive = statement<[conversationId: string], { id: string }>(
  family,
  'find-active',
  `SELECT id FROM run WHERE conversation_id = $1::uuid AND status IN ('QUEUED', 'RUNNING') ORDER BY id`,
)

/**
 * What a start in a conversation has to know, which is locked: whether there is the collection, the run that the same
 * request has started, whether another is active, and the latest one: the next one's id must come after it, whatever the
 * clocks of two processes say.
 */
export const readSituation = statement<
  [workspaceId: string, conversationId: string, collection: string, requestId: string | null],
  {
    has_collection: boolean
    before: StartedBefore | null
    busy: boolean
    latest: string | null
  }
>(
  family,
  'situation',
  `SELECT
     EXISTS (SELECT FROM collection WHERE workspace_id = $1::uuid AND name = $3) AS has_collection,
     (SELECT json_build_object('id', id, 'conversation_id', conversation_id) FROM run
       WHERE workspace_id = $1::uuid AND request_id = $4) AS before,
     EXISTS (SELECT FROM run WHERE conversation_id = $2::uuid AND status IN ('QUEUED', 'RUNNING')) AS busy,
     (SELECT id FROM run WHERE conversation_id = $2::uuid ORDER BY id DESC LIMIT 1) AS latest`,
)

/** Locks the runs of a conversation that wait for their turn, oldest first. */
export const lockQueued = statement<[conversationId: string], { id: string }>(
  family,
  'lock-queued',
  `SELECT id FROM run WHERE conversation_id = $1::uuid AND status = 'QUEUED' ORDER BY id FOR NO KEY UPDATE`,
)

const intoRun = `INSERT INTO run (id, workspace_id, conversation_id, request_id, question, input, trace_id, status,
       lease_owner, lease_expires_at, log_epoch)`
const firstEvent = `INSERT INTO run_event (run_id, seq, workspace_id, type, payload)
   SELECT id, 1, workspace_id, 'RunStarted', jsonb_build_object('conversationId', conversation_id) FROM started
   RETURNING run_id AS id`

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
  { id: string }
>(
  family,
  'insert-run',
  `WITH started AS (
     ${intoRun}
     VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6::jsonb, $7,
       CASE WHEN $8::uuid IS NULL THEN 'QUEUED' ELSE 'RUNNING' END::run_status,
       $8::uuid, CASE WHEN $8::uuid IS NULL THEN NULL ELSE now() + $9::float8 * interval '1 ms' END,
       ${currentEpoch})
     RETURNING id, workspace_id, conversation_id
   )
   ${firstEvent}`,
)

/** A conversation, its first run with a lease and that one's first event; nothing where there is no such collection. */
export const openConversation = statement<
  [
    runId: string,
    workspaceId: string,
    conversationId: string,
    requestId: string | null,
    question: string,
    input: string,
    traceId: string | null,
    lease: string,
    leaseMs: number,
    title: string,
    collection: string,
  ],
  { id: string }
>(
  family,
  'open-conversation',
  `WITH opened AS (
     INSERT INTO conversation (id, workspace_id, title, updated_at)
     SELECT $3::uuid, workspace_id, $10, now() FROM collection WHERE workspace_id = $2::uuid AND name = $11
     RETURNING id, workspace_id
   ), started AS (
     ${intoRun}
     SELECT $1::uuid, workspace_id, id, $4, $5, $6::jsonb, $7, 'RUNNING', $8::uuid,
       now() + $9::float8 * interval '1 ms', ${currentEpoch}
     FROM opened RETURNING id, workspace_id, conversation_id
   )
   ${firstEvent}`,
)
