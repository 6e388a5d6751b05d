import type pg from 'pg'
import { statement } from '../statement.ts'
import { transaction } from '../transaction.ts'

const family = 'embedding_space'

export interface EmbeddingSpace {
  readonly id: number
  readonly model: string
  readonly dimensions: number
}

/** How long a change of tables waits for searches and writes, which wait behind it meanwhile. */
const patience = `SET LOCAL lock_timeout = '500ms'`
const oneAtATime = `SELECT pg_advisory_xact_lock(hashtextextended('embedding_space', 0))`

/**
 * How an index is built (docs/decisions/0027): with pgvector's own 64, clusters of vectors are cut off from the graph, and
 * no search finds them. An index that is there keeps what it was made with.
 */
const hnsw = 'm = 16, ef_construction = 128'

/**
 * The space of a model, with its partition and HNSW index. Of several processes that need it at once, one makes it.
 * @throws lock_not_available (55P03) where the tables are busy: try again
 */
export async function ensureSpace(pool: pg.Pool, model: string, dimensions: number): Promise<EmbeddingSpace> {
  // Made in one transaction, it is there whole or not at all; a start then locks no table that others write to.
  const [existing] = await find(pool, model, dimensions)
  if (existing) return existing
  return transaction(pool, async (client) => {
    await client.query(oneAtATime)
    const [known] = await find(client, model, dimensions)
    if (known) return known
    const [space] = await create(client, model, dimensions)
    if (!space) throw new Error('The embedding space was not created')
    const partition = `chunk_embedding_${space.id}`
    await client.query(patience)
    await client.query(`CREATE TABLE ${partition} PARTITION OF chunk_embedding FOR VALUES IN (${space.id})`)
    await client.query(
      `CREATE INDEX ${partition}_hnsw ON ${partition}
       USING hnsw ((embedding::halfvec(${space.dimensions})) halfvec_cosine_ops) WITH (${hnsw})`,
    )
    await client.query(`CREATE INDEX ${partition}_collection ON ${partition} (collection_id)`)
    return space
  })
}

/**
 * Drops a space with all its vectors, unless a workspace searches it, did so lately, or is on its way to it or from it.
 * @throws lock_not_available (55P03) where the tables are busy: try again
 */
export async function dropSpace(pool: pg.Pool, spaceId: number): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(oneAtATime)
    await client.query(patience)
    // Held before it is looked whether it is in use: whoever begins to use it refers to its row, and waits.
    await hold(client, spaceId)
    const [unused] = await isUnused(client, spaceId)
    if (!unused) return
    const partition = `chunk_embedding_${spaceId}`
    await client.query(`ALTER TABLE chunk_embedding DETACH PARTITION ${partition}`)
    await client.query(`DROP TABLE ${partition}`)
    await remove(client, spaceId)
  })
}

const find = statement<[model: string, dimensions: number], EmbeddingSpace>(
  family,
  'find',
  'SELECT id, model, dimensions FROM embedding_space WHERE model = $1 AND dimensions = $2',
)

const create = statement<[model: string, dimensions: number], EmbeddingSpace>(
  family,
  'create',
  'INSERT INTO embedding_space (model, dimensions) VALUES ($1, $2) RETURNING id, model, dimensions',
)

const hold = statement<[spaceId: number], never>(
  family,
  'hold',
  'SELECT FROM embedding_space WHERE id = $1 FOR UPDATE',
)

/** How long a search that has begun may take, in seconds: until then the vectors that it searches stay. */
export const searchSeconds = 120

/** Whether a workspace, or any, was switched away from the space so lately that searches may still read it. */
export const leftLately = (space: string, workspace?: string) => `EXISTS (
  SELECT FROM embedding_migration WHERE from_space_id = ${space} AND status = 'COMPLETED'
    AND finished_at > now() - interval '${searchSeconds} s'${workspace ? ` AND workspace_id = ${workspace}` : ''})`

/** @returns nothing where a workspace searches it, did so lately, or is on its way to it or from it */
export const isUnused = statement<[spaceId: number], { id: number }>(
  family,
  'unused',
  `SELECT id FROM embedding_space WHERE id = $1
     AND NOT EXISTS (SELECT FROM workspace WHERE embedding_space_id = $1) AND NOT ${leftLately('$1')}
     AND NOT EXISTS (
       SELECT FROM embedding_migration WHERE finished_at IS NULL AND $1 IN (from_space_id, to_space_id))`,
)

const remove = statement<[spaceId: number], never>(
  family,
  'remove',
  'DELETE FROM embedding_space WHERE id = $1',
)

export const listSpaces = statement<[], EmbeddingSpace>(
  family,
  'list',
  'SELECT id, model, dimensions FROM embedding_space ORDER BY id',
)
