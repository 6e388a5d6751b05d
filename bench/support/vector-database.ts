import pg from 'pg'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { ensureSpace } from '../../src/db/sql/embedding-space.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { copyStream } from './copy-stream.ts'
import { embeddingRows } from './embedding-rows.ts'
import { dropDatabase, keepDatabase } from './kept-database.ts'
import { trackNearest } from './nearest.ts'
import { progress } from './report.ts'
import { queryNumber, type VectorMixture, vectorMixture } from './vector-mixture.ts'

export const dimensions = 384
export const benchModel = 'bench'
export const benchCollection = { id: '01900000-0000-7000-8000-00000000c011', name: 'bench' }
/** Those whose exact neighbours are known. */
const exactQueries = 200
export const neighbours = 10

export interface VectorDatabase {
  readonly url: string
  readonly spaceId: number
  readonly vectors: VectorMixture
  /** The numbers of the ten nearest rows of query 0, 1, …: by all of them, compared one by one. */
  readonly exact: readonly (readonly number[])[]
}

export function queryVector(vectors: VectorMixture, number: number): Float32Array {
  const vector = new Float32Array(dimensions)
  vectors.write(queryNumber(number), vector)
  return vector
}

/**
 * `count` clustered vectors in the product's own tables, made where the database is not there yet. The foreign key to
 * passages is away: there are none. The space's HNSW index is away, too.
 */
export async function vectorDatabase(server: string, name: string, count: number): Promise<VectorDatabase> {
  const vectors = vectorMixture(count, dimensions)
  const { url, isNew } = await keepDatabase(server, name)
  try {
    if (isNew) await fill(url, count, vectors)
    return { url, vectors, ...(await readExact(url)) }
  } catch (error) {
    // Half a database would be taken for a whole one the next time.
    if (isNew) await dropDatabase(server, name)
    throw error
  }
}

async function fill(url: string, count: number, vectors: VectorMixture): Promise<void> {
  const database = await openDatabase({ kind: 'server', url }, createLogger('warn'))
  let spaceId: number
  try {
    await migrate(database, async () => {})
    spaceId = (await ensureSpace(database.pool, benchModel, dimensions)).id
  } finally {
    await database.close()
  }
  const nearest = trackNearest(
    Array.from({ length: exactQueries }, (_, number) => queryVector(vectors, number)),
    neighbours,
  )
  await withClient(url, async (client) => {
    await client.query('ALTER TABLE chunk_embedding DROP CONSTRAINT chunk_embedding_chunk_id_fkey')
    await client.query(`DROP INDEX chunk_embedding_${spaceId}_hnsw`)
    await client.query('INSERT INTO collection (id, workspace_id, name) VALUES ($1, $2, $3)', [
      benchCollection.id,
      defaultWorkspaceId,
      benchCollection.name,
    ])
    const began = performance.now()
    const rows = embeddingRows({
      spaceId,
      workspaceId: defaultWorkspaceId,
      collectionId: benchCollection.id,
      count,
      vectors,
      visit(number, vector) {
        nearest.see(number, vector)
        if (number % 50_000 === 0) progress(`${number} vectors, ${seconds(began)} s`)
      },
    })
    const columns = 'space_id, chunk_id, workspace_id, collection_id, embedding, input_hash'
    await copyStream(client, `chunk_embedding_${spaceId} (${columns}) WITH (FORMAT binary)`, rows)
    progress(`${count} vectors, ${seconds(began)} s`)
    await client.query(`VACUUM (ANALYZE) chunk_embedding_${spaceId}`)
    await client.query('CREATE TABLE bench_exact (query int PRIMARY KEY, neighbours int[] NOT NULL)')
    await client.query(
      'INSERT INTO bench_exact SELECT number, string_to_array(list, $2)::int[] FROM unnest($1::text[]) WITH ORDINALITY AS given (list, number)',
      [nearest.results().map((numbers) => numbers.join(',')), ','],
    )
  })
}

async function readExact(url: string): Promise<{ exact: number[][]; spaceId: number }> {
  return withClient(url, async (client) => {
    const exact = await client.query<{ neighbours: number[] }>(
      'SELECT neighbours FROM bench_exact ORDER BY query',
    )
    const space = await client.query<{ id: number }>('SELECT id FROM embedding_space WHERE model = $1', [
      benchModel,
    ])
    return { exact: exact.rows.map((row) => row.neighbours), spaceId: space.rows[0]?.id ?? 0 }
  })
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const seconds = (began: number) => ((performance.now() - began) / 1_000).toFixed(0)
