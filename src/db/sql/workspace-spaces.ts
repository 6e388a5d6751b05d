import { statement } from '../statement.ts'

const family = 'workspace_spaces'

/** The part of a lock's statement that holds which spaces a workspace uses, for `parameter`, its id. */
const lockOf = (parameter: string) => `hashtextextended('embedding_spaces' || ${parameter}::text, 0)`

/**
 * Held until the transaction ends: the workspace's spaces stay, and whoever changes them waits. An advisory lock, since
 * those are served in the order of their coming: a row shared by one swap after the other is never free.
 */
export const shareSpaces = (parameter: string) => `pg_advisory_xact_lock_shared(${lockOf(parameter)})`

/** For whoever changes them, and for whoever has to know that no swap is under way. Before every other lock. */
export const holdSpaces = statement<[workspaceId: string], never>(
  family,
  'hold',
  `SELECT pg_advisory_xact_lock(${lockOf('$1')})`,
)

export const keepSpaces = statement<[workspaceId: string], never>(
  family,
  'keep',
  `SELECT ${shareSpaces('$1')}`,
)

/** Whether the workspace searches the space or is on its way to it. */
export const uses = (workspace: string, space: string) => `(
  EXISTS (SELECT FROM workspace WHERE id = ${workspace} AND embedding_space_id = ${space})
  OR EXISTS (SELECT FROM embedding_migration
     WHERE workspace_id = ${workspace} AND to_space_id = ${space} AND finished_at IS NULL))`

export interface WorkspaceSpaces {
  /** What it searches; null where there is none yet. */
  readonly active_id: number | null
  readonly active_model: string
  readonly active_dimensions: number
  /** The migration that is open, and the space it leads to. */
  readonly migration_id: string | null
  readonly automatic: boolean
  readonly next_id: number | null
  readonly next_model: string
  readonly next_dimensions: number
  /** Whether the model of the migration failed when it was asked last. */
  readonly next_fails: boolean
}

/** @returns nothing where there is no such workspace */
export const readSpaces = statement<[workspaceId: string], WorkspaceSpaces>(
  family,
  'read',
  `SELECT active.id AS active_id, active.model AS active_model, active.dimensions AS active_dimensions,
     migration.id AS migration_id, migration.automatic, migration.to_space_id AS next_id,
     migration.to_model AS next_model, migration.to_dimensions AS next_dimensions,
     migration.failure IS NOT NULL AS next_fails
   FROM workspace LEFT JOIN embedding_space AS active ON active.id = workspace.embedding_space_id
     LEFT JOIN embedding_migration AS migration
       ON migration.workspace_id = workspace.id AND migration.finished_at IS NULL
   WHERE workspace.id = $1`,
)

export const activateSpace = statement<[workspaceId: string, spaceId: number], never>(
  family,
  'activate',
  'UPDATE workspace SET embedding_space_id = $2 WHERE id = $1',
)

export const hasPassages = statement<[workspaceId: string], { has: boolean }>(
  family,
  'has_passages',
  'SELECT EXISTS (SELECT FROM chunk WHERE workspace_id = $1 AND term_ids IS NOT NULL) AS has',
)

/** Whether it moved away from the model by somebody's decision, and not since to another one. */
export const leftModel = statement<
  [workspaceId: string, model: string, dimensions: number],
  { model: string }
>(
  family,
  'left_model',
  `SELECT from_model AS model FROM (
     SELECT * FROM embedding_migration WHERE workspace_id = $1 AND status = 'COMPLETED'
     ORDER BY finished_at DESC, id DESC LIMIT 1) AS latest
   WHERE NOT automatic AND from_model = $2 AND from_dimensions = $3`,
)

/** In the order of their ids, from the one after `after`. */
export const listWorkspaces = statement<[after: string, limit: number], { id: string }>(
  family,
  'list_workspaces',
  'SELECT id FROM workspace WHERE id > $1 ORDER BY id LIMIT $2',
)
