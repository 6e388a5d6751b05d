import pg from 'pg'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { ensureSpace } from '../../src/db/sql/embedding-space.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { copyIn, copyOut } from './copy-rows.ts'
import { watchBackends } from './processor-time.ts'
import { type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

/** What an ingestion leaves, in an order that the foreign keys allow. */
const tables = [
  'collection',
  'document',
  'document_source',
  'chunk',
  'chunk_embedding',
  'term_statistic',
  'lexical_statistic',
  'ingestion',
  'ingestion_document',
] as const

export interface Floor {
  readonly seconds: number
  /** Processor time of the database, in seconds. */
  readonly databaseSeconds: number
}

/** The rows of an ingested database again, by COPY into the same tables with the same indexes, on one connection. */
export async function measureFloor(server: string, ingested: ScratchDatabase): Promise<Floor> {
  const rows = await readRows(ingested)
  await using database = await scratchDatabase(server)
  const { DATABASE_URL: url = '' } = database.environment
  await makeTables(database, ingested)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const watch = await watchBackends(url)
    const began = performance.now()
    for (const table of tables) await copyIn(client, table, rows.get(table) ?? [])
    // As folding does after each ingestion: else the next search would pay for it.
    await client.query(`SELECT gin_clean_pending_list('chunk_term_ids_idx')`)
    const seconds = (performance.now() - began) / 1_000
    const { seconds: databaseSeconds } = await watch.stop()
    return { seconds, databaseSeconds }
  } finally {
    await client.end()
  }
}

async function readRows({ environment }: ScratchDatabase): Promise<Map<string, Buffer[]>> {
  const client = new pg.Client({ connectionString: environment.DATABASE_URL })
  await client.connect()
  try {
    const rows = new Map<string, Buffer[]>()
    for (const table of tables) rows.set(table, await copyOut(client, table))
    return rows
  } finally {
    await client.end()
  }
}

async function makeTables(empty: ScratchDatabase, ingested: ScratchDatabase): Promise<void> {
  const logger = createLogger('warn')
  const source = await openDatabase(ingested.config, logger)
  const database = await openDatabase(empty.config, logger)
  try {
    await migrate(database, async () => {})
    for (const { model, dimensions } of await source.prisma.embeddingSpace.findMany({
      orderBy: { id: 'asc' },
    })) {
      await ensureSpace(database.pool, model, dimensions)
    }
  } finally {
    await database.close()
    await source.close()
  }
}
