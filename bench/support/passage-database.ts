import type pg from 'pg'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { copyStream } from './copy-stream.ts'
import { copyText } from './copy-text.ts'
import { dropDatabase, keepDatabase } from './kept-database.ts'
import {
  averageLength,
  chunkTable,
  documentRows,
  documentTable,
  type PassageRows,
  passageRows,
} from './passage-rows.ts'
import { passagesOfDocument, recombine } from './recombined-passages.ts'
import { progress } from './report.ts'
import { benchCollection, vectorDatabase, withClient } from './vector-database.ts'
import { ensureIndex, offerIndex } from './vector-indexes.ts'
import { withoutIndexes } from './without-indexes.ts'

export interface PassageSource {
  /** A folder in BEIR layout. */
  readonly folder: string
  readonly count: number
  /** Of the database that the vectors are copied from; without it, they are made anew. */
  readonly vectors: string | undefined
}

const memory = '2GB'

/**
 * Passages as ingestion leaves them, with words, statistics and vectors, but without the sources of the documents; made
 * where the database is not there yet. @returns its URL
 */
export async function passageDatabase(server: string, name: string, source: PassageSource): Promise<string> {
  const { url, isNew } = await keepDatabase(server, name, source.vectors)
  try {
    if (isNew) {
      if (!source.vectors) {
        await dropDatabase(server, name)
        await vectorDatabase(server, name, source.count)
      }
      await bringUpToDate(url)
      await withClient(url, (client) => fill(client, source))
    } else await bringUpToDate(url)
  } catch (error) {
    // Half a database would be taken for a whole one the next time.
    if (isNew) await dropDatabase(server, name)
    throw error
  }
  return url
}

async function bringUpToDate(url: string): Promise<void> {
  const database = await openDatabase({ kind: 'server', url }, createLogger('warn'))
  try {
    await migrate(database, async () => {})
  } finally {
    await database.close()
  }
}

async function fill(client: pg.Client, { folder, count }: PassageSource): Promise<void> {
  const began = performance.now()
  const step = (what: string) => progress(`${what}, ${((performance.now() - began) / 1_000).toFixed(0)} s`)
  await keepProductIndex(client)
  step('The vectors are indexed')
  await client.query(`SET maintenance_work_mem = '${memory}'`)
  const make = recombine(folder, count)
  const documents = count / passagesOfDocument
  await copyStream(client, documentTable, copyText(documentRows(documents, make)))
  step(`${documents} documents`)
  const average = averageLength(make, documents)
  await withoutIndexes(client, 'chunk', async () => {
    const rows = passageRows(documents, make, average)
    await copyStream(client, chunkTable, copyText(rows))
    step(`${count} passages`)
    await writeStatistics(client, count, average, rows)
  })
  step('Their indexes')
  await client.query(
    `ALTER TABLE chunk_embedding ADD CONSTRAINT chunk_embedding_chunk_id_fkey FOREIGN KEY (chunk_id)
     REFERENCES chunk (id) ON DELETE CASCADE`,
  )
  await client.query('VACUUM (ANALYZE)')
  step('VACUUM')
}

/** The index of the product's defaults under the product's name; those of the benchmark go. */
async function keepProductIndex(client: pg.Client): Promise<void> {
  const { rows: spaces } = await client.query<{ id: number }>('SELECT id FROM embedding_space')
  const spaceId = spaces[0]?.id ?? 0
  const spec = { kind: 'halfvec', m: 16, efConstruction: 64 } as const
  const { name } = await ensureIndex(client, spaceId, spec, { memory: '4GB', workers: 1 })
  await offerIndex(client, name)
  await client.query(`ALTER INDEX ${name} RENAME TO chunk_embedding_${spaceId}_hnsw`)
  const { rows } = await client.query<{ index: string }>(
    `SELECT indexrelid::regclass::text AS index FROM pg_index
     WHERE indrelid = 'chunk_embedding_${spaceId}'::regclass AND indexrelid::regclass::text LIKE 'bench\\_%'`,
  )
  for (const { index } of rows) await client.query(`DROP INDEX ${index}`)
  await client.query('DROP TABLE bench_index')
}

async function writeStatistics(
  client: pg.Client,
  count: number,
  average: number,
  { frequencies, terms }: PassageRows,
): Promise<void> {
  await client.query(
    `INSERT INTO lexical_statistic (collection_id, workspace_id, chunks, terms, weights_length)
     VALUES ($1, $2, $3, $4, $5)`,
    [benchCollection.id, defaultWorkspaceId, count, terms, average],
  )
  const rows = [...frequencies]
    .sort(([one], [other]) => one - other)
    .map(([id, chunks]) => [benchCollection.id, id, defaultWorkspaceId, chunks])
  await copyStream(client, 'term_statistic (collection_id, term_id, workspace_id, chunks)', copyText(rows))
  progress(`${frequencies.size} terms, ${average.toFixed(0)} of them a passage`)
}
