import type pg from 'pg'
import { statement } from '../statement.ts'
import { transaction } from '../transaction.ts'

const family = 'embedding_space'

export interface EmbeddingSpace {
  readonly id: number
  readonly model: string
  readonly dimensions: number
}

/**
 * The space of a model, with its partition and HNSW index: m 16 and ef_construction 64 are pgvector's own
 * defaults. Of several processes that start at once, one makes it.
 */
export async function ensureSpace(pool: pg.Pool, model: string, dimensions: number): Promise<EmbeddingSpace> {
  // Made in one transaction, it is there whole or not at all; a start then locks no table that others write to.
  const [existing] = await find(pool, model, dimensions)
  if (existing) return existing
  return transaction(pool, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('embedding_space', 0))`)
    const [known] = await find(client, model, dimensions)
    if (known) return known
    const [space] = await create(client, model, dimensions)
    if (!space) throw new Error('The embedding space was not created')
    const partition = `chunk_embedding_${space.id}`
    await client.query(`CREATE TABLE ${partition} PARTITION OF chunk_embedding FOR VALUES IN (${space.id})`)
    await client.query(
      `CREATE INDEX ${partition}_hnsw ON ${partition}
       USING hnsw ((embedding::halfvec(${space.dimensions})) halfvec_cosine_ops)`,
    )
    await client.query(`CREATE INDEX ${partition}_collection ON ${partition} (collection_id)`)
    return space
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

/** Searchable passages without a vector in the space: ingested before its model was configured. */
export const chunksWithout = statement<
  [spaceId: number, after: string, limit: number],
  { id: string; workspace_id: string; collection_id: string; text: string; headings: string[]; title: string }
>(
  family,
  'chunks_without',
  `SELECT chunk.id, chunk.workspace_id, chunk.collection_id, chunk.text, chunk.headings,
     COALESCE(document.indexed_title, document.title) AS title
   FROM chunk JOIN document ON document.id = chunk.document_id
   WHERE chunk.id > $2::uuid AND chunk.term_ids IS NOT NULL
     AND NOT EXISTS (SELECT FROM chunk_embedding WHERE space_id = $1 AND chunk_id = chunk.id)
   ORDER BY chunk.id LIMIT $3`,
)

/** `hashes`: SHA-256 of the texts, one after the other. */
export const fillSpace = statement<
  [spaceId: number, chunkIds: string[], vectors: string[], hashes: Buffer],
  never
>(
  family,
  'fill_space',
  // A chunk that was deleted while its vector was made is left out.
  `INSERT INTO chunk_embedding (space_id, workspace_id, collection_id, chunk_id, embedding, input_hash)
   SELECT $1, chunk.workspace_id, chunk.collection_id, chunk.id, vector::halfvec,
     substring($4::bytea FROM 32 * place::int - 31 FOR 32)
   FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS given (chunk_id, vector, place)
   JOIN chunk ON chunk.id = given.chunk_id AND chunk.term_ids IS NOT NULL FOR SHARE OF chunk
   ON CONFLICT DO NOTHING`,
)
