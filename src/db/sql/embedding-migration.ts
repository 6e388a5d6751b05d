import { statement } from '../statement.ts'

const family = 'embedding_migration'

/** Followers listen here; the payload is the migration's id. */
export const embeddingChannel = 'groundwire_embedding'

interface Model {
  readonly id: number
  readonly model: string
  readonly dimensions: number
}

export const insertMigration = (
  db: Parameters<typeof insert>[0],
  migration: {
    id: string
    workspaceId: string
    from: Model | null
    to: Model
    automatic: boolean
  },
) => {
  const { id, workspaceId, from, to, automatic } = migration
  const { id: fromId = null, model = null, dimensions = null } = from ?? {}
  return insert(db, id, workspaceId, fromId, model, dimensions, to.id, to.model, to.dimensions, automatic)
}

const insert = statement<
  [
    id: string,
    workspaceId: string,
    fromId: number | null,
    fromModel: string | null,
    fromDimensions: number | null,
    toId: number,
    toModel: string,
    toDimensions: number,
    automatic: boolean,
  ],
  never
>(
  family,
  'insert',
  `INSERT INTO embedding_migration (id, workspace_id, from_space_id, from_model, from_dimensions, to_space_id,
     to_model, to_dimensions, automatic) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
)

/** For a transaction that holds the workspace's spaces. */
export const lockMigration = statement<[workspaceId: string, id: string], { status: string }>(
  family,
  'lock',
  'SELECT status FROM embedding_migration WHERE workspace_id = $1 AND id = $2 FOR UPDATE',
)

export const countProgress = statement<
  [id: string, total: number, embedded: number, rejected: number],
  never
>(
  family,
  'count_progress',
  `UPDATE embedding_migration SET total = $2, embedded = $3, rejected = $4 WHERE id = $1
   RETURNING pg_notify('${embeddingChannel}', id::text)`,
)

/** `READY` and back, of one that is open. */
export const setReady = statement<[id: string, ready: boolean], never>(
  family,
  'set_ready',
  `UPDATE embedding_migration SET
     status = CASE WHEN $2 THEN 'READY' ELSE 'RUNNING' END::embedding_migration_status,
     ready_at = CASE WHEN $2 THEN COALESCE(ready_at, now()) END, failure = CASE WHEN NOT $2 THEN failure END
   WHERE id = $1 AND finished_at IS NULL RETURNING pg_notify('${embeddingChannel}', id::text)`,
)

/** What keeps the fill from going on. */
export const setFailure = statement<[workspaceId: string, spaceId: number, failure: string], never>(
  family,
  'set_failure',
  `UPDATE embedding_migration SET failure = $3::jsonb
   WHERE workspace_id = $1 AND to_space_id = $2 AND finished_at IS NULL
   RETURNING pg_notify('${embeddingChannel}', id::text)`,
)

/** Its queries were kept for no longer than this. */
export const finishMigration = statement<[id: string, status: 'COMPLETED' | 'ABANDONED'], never>(
  family,
  'finish',
  `WITH forgotten AS (DELETE FROM query_sample WHERE migration_id = $1)
   UPDATE embedding_migration SET status = $2::embedding_migration_status, failure = NULL, finished_at = now()
   WHERE id = $1 AND finished_at IS NULL RETURNING pg_notify('${embeddingChannel}', id::text)`,
)
