import type pg from 'pg'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { copyStream } from './copy-stream.ts'
import { copyText } from './copy-text.ts'
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
import { benchCollection, type VectorDatabase, vectorDatabase, withClient } from './vector-database.ts'
import { ensureIndex, offerIndex, parseIndexSpec } from './vector-indexes.ts'
import { withoutIndexes } from './without-indexes.ts'

export interface PassageSource {
  /** A folder in BEIR layout. */
  readonly folder: string
  readonly count: number
  /** Written again where they are there already: the analysis may have changed. */
  readonly renew: boolean
  /** Of the vectors, as in bench/vector.ts. */
  readonly index: string
}

const foreignKey = 'chunk_embedding_chunk_id_fkey'

/**
 * Passages as ingestion leaves them, with words, statistics and vectors, but without the sources of the documents, in a
 * database of bench/vector.ts; what is not there yet is made.
 */
export async function passageDatabase(
  server: string,
  name: string,
  source: PassageSource,
): Promise<VectorDatabase> {
  const database = await vectorDatabase(server, name, source.count)
  await bringUpToDate(database.url)
  await withClient(database.url, async (client) => {
    const index = await ensureIndex(client, database.spaceId, parseIndexSpec(source.index), {
      memory: '4GB',
      workers: 1,
    })
    await offerIndex(client, index.name)
    // Made last, it tells that all the rest is there.
    const { rows } = await client.query('SELECT FROM pg_constraint WHERE conname = $1', [foreignKey])
    // Where it is away, no lock is taken for that: an index may be built meanwhile.
    if (rows.length > 0 && source.renew)
      await client.query(`ALTER TABLE chunk_embedding DROP CONSTRAINT ${foreignKey}`)
    if (rows.length === 0 || source.renew) await fill(client, source)
  })
  return database
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
  await client.query('TRUNCATE document, term_statistic, lexical_statistic, lexical_delta CASCADE')
  await client.query(`SET maintenance_work_mem = '2GB'`)
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
  await client.query('VACUUM (ANALYZE) document, chunk, term_statistic, lexical_statistic')
  step('VACUUM')
  await client.query(
    `ALTER TABLE chunk_embedding ADD CONSTRAINT ${foreignKey} FOREIGN KEY (chunk_id)
     REFERENCES chunk (id) ON DELETE CASCADE`,
  )
  step('The foreign key of the vectors')
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
