import { statement } from '../statement.ts'

const family = 'query_sample'

/** Of a migration that is open; the newest ones stay. */
export const keepQuery = statement<
  [id: string, migrationId: string, collectionId: string, query: string, keep: number],
  never
>(
  family,
  'keep',
  `WITH old AS (
     DELETE FROM query_sample WHERE id IN (
       SELECT id FROM query_sample WHERE migration_id = $2 ORDER BY id DESC OFFSET $5 - 1))
   INSERT INTO query_sample (id, migration_id, workspace_id, collection_id, query)
   SELECT $1, $2, migration.workspace_id, collection.id, $4
   FROM embedding_migration AS migration JOIN collection ON collection.workspace_id = migration.workspace_id
   WHERE migration.id = $2 AND migration.finished_at IS NULL AND collection.id = $3 FOR KEY SHARE OF migration, collection`,
)

/** What was searched for last in a workspace, newest first: kept queries and questions of runs. Each query once. */
export const recentQueries = statement<
  [workspaceId: string, migrationId: string, limit: number],
  { collection_id: string; query: string }
>(
  family,
  'recent',
  `WITH kept AS (
     SELECT id, collection_id, query FROM query_sample
     WHERE migration_id = $2 AND workspace_id = $1 ORDER BY id DESC LIMIT 4 * $3),
   asked AS (
     SELECT run.id, collection.id AS collection_id, run.question AS query
     FROM run JOIN collection ON collection.workspace_id = run.workspace_id
       AND collection.name = run.input ->> 'collection'
     WHERE run.workspace_id = $1 ORDER BY run.id DESC LIMIT 4 * $3)
   SELECT collection_id, query FROM (SELECT * FROM kept UNION ALL SELECT * FROM asked) AS searched
   GROUP BY collection_id, query ORDER BY max(id::text) DESC LIMIT $3`,
)
