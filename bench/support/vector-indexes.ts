import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { dimensions } from './vector-database.ts'

/** What the index holds of each vector: half floats, floats, or a bit a dimension. */
export type IndexKind = 'halfvec' | 'vector' | 'binary'

export interface IndexSpec {
  readonly kind: IndexKind
  readonly m: number
  readonly efConstruction: number
}

export interface BuiltIndex extends IndexSpec {
  readonly name: string
  readonly seconds: number
  /** Beside the process that builds. */
  readonly workers: number
  /** The machine's load when the build began. */
  readonly load: number
  readonly bytes: number
}

/** @param text such as halfvec-16-64: the kind, m, ef_construction */
export function parseIndexSpec(text: string): IndexSpec {
  const match = /^(halfvec|vector|binary)-(\d+)-(\d+)$/.exec(text)
  if (!match) throw new Error(`${text} is no index: it reads like halfvec-16-64 (kind, m, ef_construction)`)
  return { kind: match[1] as IndexKind, m: Number(match[2]), efConstruction: Number(match[3]) }
}

export const specName = ({ kind, m, efConstruction }: IndexSpec) => `${kind}-${m}-${efConstruction}`

const indexed: Record<IndexKind, string> = {
  halfvec: `(embedding::halfvec(${dimensions})) halfvec_cosine_ops`,
  vector: `(embedding::vector(${dimensions})) vector_cosine_ops`,
  binary: `((binary_quantize(embedding::halfvec(${dimensions}))::bit(${dimensions}))) bit_hamming_ops`,
}

/**
 * The statement of a search: $1 the collection, $2 the vector, $3 how many. `candidates`: how many of the binary
 * index are ranked again by the vectors themselves.
 */
export function searchStatement(kind: IndexKind, spaceId: number, candidates: number): string {
  const table = `chunk_embedding_${spaceId}`
  const type = kind === 'vector' ? 'vector' : 'halfvec'
  const distance = `embedding::${type}(${dimensions}) <=> $2::${type}(${dimensions})`
  if (kind !== 'binary') {
    return `SELECT chunk_id, ${distance} AS distance FROM ${table} WHERE collection_id = $1 ORDER BY ${distance} LIMIT $3`
  }
  const bits = (value: string) => `binary_quantize(${value}::halfvec(${dimensions}))::bit(${dimensions})`
  return `SELECT chunk_id, ${distance} AS distance FROM (
  SELECT chunk_id, embedding FROM ${table} WHERE collection_id = $1
  ORDER BY ${bits('embedding')} <~> ${bits('$2')} LIMIT ${candidates}) AS candidates
ORDER BY distance LIMIT $3`
}

export interface BuildSettings {
  readonly memory: string
  readonly workers: number
}

/** Builds the index where it is not there yet; what its build took is kept in the database. */
export async function ensureIndex(
  client: pg.Client,
  spaceId: number,
  spec: IndexSpec,
  { memory, workers }: BuildSettings,
): Promise<BuiltIndex> {
  const name = `bench_${specName(spec).replaceAll('-', '_')}`
  await client.query(
    'CREATE TABLE IF NOT EXISTS bench_index (name text PRIMARY KEY, seconds float8, workers int, load float8)',
  )
  const known = await client.query<Pick<BuiltIndex, 'seconds' | 'workers' | 'load'>>(
    'SELECT seconds, workers, load FROM bench_index WHERE name = $1',
    [name],
  )
  const build = known.rows[0] ?? (await buildIndex(client, spaceId, spec, { name, memory, workers }))
  const size = await client.query<{ bytes: number }>(
    'SELECT pg_relation_size($1::regclass)::float8 AS bytes',
    [name],
  )
  return { ...spec, ...build, name, bytes: size.rows[0]?.bytes ?? 0 }
}

async function buildIndex(
  client: pg.Client,
  spaceId: number,
  { kind, m, efConstruction }: IndexSpec,
  { name, memory, workers }: BuildSettings & { name: string },
): Promise<Pick<BuiltIndex, 'seconds' | 'workers' | 'load'>> {
  const table = `chunk_embedding_${spaceId}`
  const load = Number((await readFile('/proc/loadavg', 'utf8').catch(() => 'NaN')).split(' ')[0])
  await client.query(`SELECT set_config('maintenance_work_mem', $1, false)`, [memory])
  await client.query(`SELECT set_config('max_parallel_maintenance_workers', $1, false)`, [String(workers)])
  await client.query(`ALTER TABLE ${table} SET (parallel_workers = ${workers})`)
  // What a build that broke off has left.
  await client.query(`DROP INDEX IF EXISTS ${name}`)
  const began = performance.now()
  await client.query(
    `CREATE INDEX ${name} ON ${table} USING hnsw (${indexed[kind]}) WITH (m = ${m}, ef_construction = ${efConstruction})`,
  )
  const seconds = (performance.now() - began) / 1_000
  await client.query(`ALTER TABLE ${table} RESET (parallel_workers)`)
  await client.query('INSERT INTO bench_index VALUES ($1, $2, $3, $4)', [name, seconds, workers, load])
  return { seconds, workers, load }
}

/**
 * Leaves the planner one of the benchmark's indexes, or none: others of the same expression would be as good to it.
 * Needs a superuser. Sessions that have planned already may go on with another.
 */
export async function offerIndex(client: pg.Client, name: string | null): Promise<void> {
  await client.query(
    `UPDATE pg_index SET indisvalid = relname IS NOT DISTINCT FROM $1::name
     FROM pg_class WHERE pg_class.oid = indexrelid AND relname LIKE 'bench\\_%' AND relname NOT LIKE '%\\_pkey'
       AND indisvalid IS DISTINCT FROM (relname IS NOT DISTINCT FROM $1::name)`,
    [name],
  )
}
