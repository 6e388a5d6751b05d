import { statement } from '../statement.ts'

const family = 'conversation-fork'

// The copies take over every column that they do not replace, also those that a later version adds.

/** Keeps it from being deleted meanwhile; runs may be added. */
export const lockOrigin = statement<
  [workspaceId: string, conversationId: string],
  { id: string; title: string }
>(
  family,
  'lock-origin',
  'SELECT id, title FROM conversation WHERE workspace_id = $1::uuid AND id = $2::uuid FOR KEY SHARE',
)

/** The fork that a requestId made. */
export const findFork = statement<[workspaceId: string, requestId: string], { id: string }>(
  family,
  'find',
  'SELECT id FROM conversation WHERE workspace_id = $1::uuid AND request_id = $2',
)

export const insertFork = statement<
  [conversationId: string, workspaceId: string, title: string, requestId: string | null],
  Record<string, never>
>(
  family,
  'insert',
  `INSERT INTO conversation (id, workspace_id, title, request_id, updated_at)
   VALUES ($1::uuid, $2::uuid, $3, $4, now())`,
)

/** A conversation's runs up to one of them, oldest first. What has ended does not change any more. */
export const listRunsUpTo = statement<
  [workspaceId: string, conversationId: string, upToRunId: string, limit: number],
  { id: string; ended: boolean }
>(
  family,
  'list-runs',
  `SELECT id, status NOT IN ('QUEUED', 'RUNNING') AS ended FROM run
   WHERE workspace_id = $1::uuid AND conversation_id = $2::uuid AND id <= $3::uuid ORDER BY id LIMIT $4`,
)

type Copied = readonly [originIds: readonly string[], copyIds: readonly string[]]

const copied = `copied AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS pair (origin_id, copy_id))`

/** A requestId stays its run's: the call that is repeated with it gets that one. */
export const copyRuns = statement<[...Copied, conversationId: string], Record<string, never>>(
  family,
  'copy-runs',
  `WITH ${copied}
   INSERT INTO run SELECT copy.* FROM copied JOIN run ON run.id = origin_id,
     LATERAL jsonb_populate_record(run, jsonb_build_object('id', copy_id, 'conversation_id', $3::uuid,
       'request_id', NULL, 'lease_owner', NULL, 'lease_expires_at', NULL)) AS copy`,
)

export const copyEvents = statement<[...Copied, conversationId: string], Record<string, never>>(
  family,
  'copy-events',
  `WITH ${copied}
   INSERT INTO run_event SELECT copy.* FROM copied JOIN run_event AS event ON event.run_id = origin_id,
     LATERAL jsonb_populate_record(event, jsonb_build_object('run_id', copy_id, 'payload',
       CASE event.type WHEN 'RunStarted'
         THEN event.payload || jsonb_build_object('conversationId', $3::uuid) ELSE event.payload END)) AS copy`,
)

/** Without those whose document is being deleted: the lock waits for that. */
export const copyHits = statement<[...Copied], Record<string, never>>(
  family,
  'copy-hits',
  `WITH ${copied}, alive AS (
     SELECT id FROM chunk WHERE id IN (SELECT chunk_id FROM run_hit JOIN copied ON run_id = origin_id)
     ORDER BY id FOR KEY SHARE
   )
   INSERT INTO run_hit SELECT copy.* FROM copied JOIN run_hit AS hit ON hit.run_id = origin_id
     JOIN alive ON alive.id = hit.chunk_id,
     LATERAL jsonb_populate_record(hit, jsonb_build_object('run_id', copy_id)) AS copy`,
)

/** Of a passage whose document is being deleted only the marker is copied. */
export const copyCitations = statement<[...Copied], Record<string, never>>(
  family,
  'copy-citations',
  `WITH ${copied}, alive AS (
     SELECT id FROM chunk WHERE id IN (SELECT chunk_id FROM run_citation JOIN copied ON run_id = origin_id)
     ORDER BY id FOR KEY SHARE
   )
   INSERT INTO run_citation SELECT copy.* FROM copied JOIN run_citation AS cited ON cited.run_id = origin_id
     LEFT JOIN alive ON alive.id = cited.chunk_id,
     LATERAL jsonb_populate_record(cited, jsonb_build_object('run_id', copy_id) ||
       CASE WHEN alive.id IS NULL THEN '{"chunk_id":null,"quote":null,"start":null,"end":null,"verified":false}'::jsonb
         ELSE '{}'::jsonb END) AS copy`,
)
