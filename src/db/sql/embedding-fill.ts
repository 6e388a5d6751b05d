import type { Queryable } from '../database.ts'
import { statement } from '../statement.ts'
import { embeddingChannel } from './embedding-migration.ts'
import { leftLately } from './embedding-space.ts'
import { uses } from './workspace-spaces.ts'

const family = 'embedding_fill'

/** Searchable passages of a workspace that have no vector in the space, but for those that its model does not take. */
export const chunksWithout = statement<
  [workspaceId: string, spaceId: number, after: string, limit: number],
  { id: string; text: string; headings: string[]; title: string }
>(
  family,
  'chunks_without',
  `SELECT chunk.id, chunk.text, chunk.headings, COALESCE(document.indexed_title, document.title) AS title
   FROM chunk JOIN document ON document.id = chunk.document_id
   WHERE chunk.workspace_id = $1 AND chunk.id > $3 AND chunk.term_ids IS NOT NULL
     AND NOT EXISTS (SELECT FROM chunk_embedding WHERE space_id = $2 AND chunk_id = chunk.id)
     AND NOT EXISTS (SELECT FROM embedding_rejection WHERE space_id = $2 AND chunk_id = chunk.id)
   ORDER BY chunk.id LIMIT $4`,
)

export interface FillCounts {
  readonly total: number
  readonly embedded: number
  readonly rejected: number
  /** Neither. */
  readonly missing: number
}

/** All of them, counted: 0.2 to 0.4 s for a million passages whose indexes are in memory. */
export async function countFill(db: Queryable, workspaceId: string, spaceId: number): Promise<FillCounts> {
  const [counts] = await count(db, workspaceId, spaceId)
  const { total = 0, embedded = 0, rejected = 0 } = counts ?? {}
  return { total, embedded, rejected, missing: total - embedded - rejected }
}

const count = statement<[workspaceId: string, spaceId: number], Omit<FillCounts, 'missing'>>(
  family,
  'count',
  `SELECT count(*)::int AS total, count(vector.chunk_id)::int AS embedded,
     count(rejection.chunk_id) FILTER (WHERE vector.chunk_id IS NULL)::int AS rejected
   FROM chunk LEFT JOIN chunk_embedding AS vector ON vector.space_id = $2 AND vector.chunk_id = chunk.id
     LEFT JOIN embedding_rejection AS rejection ON rejection.space_id = $2 AND rejection.chunk_id = chunk.id
   WHERE chunk.workspace_id = $1 AND chunk.term_ids IS NOT NULL`,
)

/**
 * `hashes`: SHA-256 of the texts, one after the other. `chunkIds[i]` has the vector at `places[i]`, from 1. For a
 * transaction that keeps the workspace's spaces. @returns nothing where the workspace does not use the space any more
 */
export const fillSpace = statement<
  [
    workspaceId: string,
    spaceId: number,
    chunkIds: string[],
    places: number[],
    vectors: string[],
    hashes: Buffer,
  ],
  { stored: number }
>(
  family,
  'fill_space',
  // A chunk that was deleted while its vector was made is left out. They are locked in the order of their ids, as by
  // whoever deletes or replaces their documents, and no more than those need: statistics are folded beside it.
  `WITH stored AS (
     INSERT INTO chunk_embedding (space_id, workspace_id, collection_id, chunk_id, embedding, input_hash)
     SELECT $2, chunk.workspace_id, chunk.collection_id, chunk.id, ($5::text[])[given.place]::halfvec,
       substring($6::bytea FROM 32 * given.place - 31 FOR 32)
     FROM unnest($3::uuid[], $4::int[]) AS given (chunk_id, place)
     JOIN chunk ON chunk.id = given.chunk_id AND chunk.workspace_id = $1 AND chunk.term_ids IS NOT NULL
     WHERE ${uses('$1', '$2')} ORDER BY chunk.id FOR KEY SHARE OF chunk
     ON CONFLICT DO NOTHING RETURNING 1),
   counted AS (
     UPDATE embedding_migration SET embedded = embedded + (SELECT count(*) FROM stored), failure = NULL
     WHERE workspace_id = $1 AND to_space_id = $2 AND finished_at IS NULL
     RETURNING pg_notify('${embeddingChannel}', id::text))
   SELECT (SELECT count(*)::int FROM stored) AS stored, (SELECT count(*) FROM counted) AS told
   WHERE ${uses('$1', '$2')}`,
)

/** For a transaction that keeps the workspace's spaces. */
export const rejectPassages = statement<
  [workspaceId: string, spaceId: number, chunkIds: string[], reason: string],
  { stored: number }
>(
  family,
  'reject_passages',
  `WITH rejected AS (
     INSERT INTO embedding_rejection (space_id, chunk_id, workspace_id, reason)
     SELECT $2, chunk.id, $1, $4 FROM chunk
     WHERE chunk.id = ANY($3::uuid[]) AND chunk.workspace_id = $1 AND ${uses('$1', '$2')}
     ORDER BY chunk.id FOR KEY SHARE OF chunk
     ON CONFLICT DO NOTHING RETURNING 1),
   counted AS (
     UPDATE embedding_migration SET rejected = rejected + (SELECT count(*) FROM rejected), failure = NULL
     WHERE workspace_id = $1 AND to_space_id = $2 AND finished_at IS NULL
     RETURNING pg_notify('${embeddingChannel}', id::text))
   SELECT (SELECT count(*)::int FROM rejected) AS stored, (SELECT count(*) FROM counted) AS told`,
)

/** Passages that the model of a space did not take. */
export const listRejections = statement<
  [workspaceId: string, spaceId: number, limit: number],
  { chunk_id: string; reason: string }
>(
  family,
  'list_rejections',
  `SELECT rejection.chunk_id, rejection.reason
   FROM embedding_rejection AS rejection JOIN chunk ON chunk.id = rejection.chunk_id AND chunk.term_ids IS NOT NULL
   WHERE rejection.workspace_id = $1 AND rejection.space_id = $2 ORDER BY rejection.chunk_id LIMIT $3`,
)

/** For whoever begins anew: what a model refused once, it may take now. */
export const clearRejections = statement<[workspaceId: string, spaceId: number], never>(
  family,
  'clear_rejections',
  'DELETE FROM embedding_rejection WHERE workspace_id = $1 AND space_id = $2',
)

/** Vectors that the workspace does not use any more, nor any search that has begun. For a transaction that keeps its spaces. */
export const deleteVectors = statement<
  [workspaceId: string, spaceId: number, limit: number],
  { deleted: number }
>(
  family,
  'delete_vectors',
  `WITH deleted AS (
     DELETE FROM chunk_embedding WHERE space_id = $2 AND chunk_id IN (
       SELECT chunk_id FROM chunk_embedding
       WHERE space_id = $2 AND collection_id IN (SELECT id FROM collection WHERE workspace_id = $1)
         AND NOT ${uses('$1', '$2')} AND NOT ${leftLately('$2', '$1')} LIMIT $3)
     RETURNING 1)
   SELECT count(*)::int AS deleted FROM deleted`,
)

/**
 * Whether another job of the same fill began before this one and is at it still: what both would embed is embedded
 * once. The queue itself knows: a job whose worker died is not active for longer than its heartbeat.
 */
export const earlierFill = statement<[jobId: string], { id: string }>(
  family,
  'earlier_fill',
  `SELECT other.id FROM pgboss.job AS own JOIN pgboss.job AS other
     ON other.name = own.name AND other.singleton_key = own.singleton_key AND other.state = 'active'
       AND (other.started_on, other.id) < (own.started_on, own.id)
   WHERE own.name = 'fill-workspace' AND own.id = $1::uuid LIMIT 1`,
)

/** Whether another job of the same fill waits for its turn: it looks again, too. */
export const waitingFill = statement<[jobId: string], { id: string }>(
  family,
  'waiting_fill',
  `SELECT other.id FROM pgboss.job AS own JOIN pgboss.job AS other
     ON other.name = own.name AND other.singleton_key = own.singleton_key AND other.state < 'active'
       AND other.id <> own.id
   WHERE own.name = 'fill-workspace' AND own.id = $1::uuid LIMIT 1`,
)
