import { openDatabase } from '../../src/db/open-database.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import type { Corpus } from './corpora.ts'
import { ingestDocuments } from './ingest-documents.ts'
import { memoryOf } from './process-memory.ts'
import { watchBackends, watchProcess } from './processor-time.ts'
import type { ScratchDatabase } from './scratch-database.ts'
import { untilIdle } from './server-metrics.ts'
import { startApi, startEmbeddings, startServer, startWorker } from './server-process.ts'

export interface Ingested {
  /** From the first request until the last document was READY. */
  readonly seconds: number
  readonly chunks: number
  /**
   * Processor time in seconds: of client, server, worker with its children, and database. Embedded, one process is
   * server, worker and database: all of its time is the worker's.
   */
  readonly used: Readonly<Record<'client' | 'server' | 'worker' | 'database', number>>
  /** Bytes, of the worker's process alone, and of it and its children together. */
  readonly peak: number
  readonly familyPeak: number
}

export interface IngestionOptions {
  /** Dimensions of an embedding server that answers at once; null: none. */
  readonly embeddings: number | null
  /** Flags for the worker's Node. */
  readonly node: readonly string[]
}

/** Ingests a corpus through GraphQL with processes of its own, which have ended when this resolves. */
export async function measureIngestion(
  database: ScratchDatabase,
  corpus: Corpus,
  options: IngestionOptions,
): Promise<Ingested> {
  const ingested = await withProcesses(database, corpus, options)
  return { ...ingested, chunks: await countChunks(database) }
}

async function withProcesses(
  database: ScratchDatabase,
  { documents }: Corpus,
  { embeddings, node }: IngestionOptions,
): Promise<Omit<Ingested, 'chunks'>> {
  await using stack = new AsyncDisposableStack()
  const endpoint = embeddings === null ? null : stack.use(await startEmbeddings(embeddings))
  const environment: Record<string, string> = {
    ...database.environment,
    ...(endpoint && {
      EMBEDDING_BASE_URL: endpoint.url,
      EMBEDDING_MODEL: 'bench',
      EMBEDDING_DIMENSIONS: String(embeddings),
    }),
  }
  const embedded = database.name === 'embedded'
  const worker = stack.use(await (embedded ? startServer : startWorker)(environment, node))
  const api = embedded ? worker : stack.use(await startApi(environment))
  const serverWatch = embedded ? null : await watchProcess(api.pid)
  const workerWatch = await watchProcess(worker.pid)
  const databaseWatch = embedded ? null : await watchBackends(environment.DATABASE_URL ?? '')
  const before = process.cpuUsage()
  const { refused, seconds } = await ingestDocuments(api.url, 'bench', documents)
  const { user, system } = process.cpuUsage(before)
  if (refused > 0) throw new Error(`${refused} documents were refused`)
  const work = await workerWatch.stop()
  const used = {
    client: (user + system) / 1e6,
    server: (await serverWatch?.stop())?.seconds ?? 0,
    worker: work.seconds,
    database: (await databaseWatch?.stop())?.seconds ?? 0,
  }
  const { peak } = await memoryOf(worker.pid)
  // What COPY writes again must be all there: statistics are folded a second later.
  await untilIdle(worker.url)
  return { seconds, used, peak, familyPeak: work.peak }
}

async function countChunks({ config }: ScratchDatabase): Promise<number> {
  const database = await openDatabase(config, createLogger('warn'))
  try {
    return await database.prisma.chunk.count()
  } finally {
    await database.close()
  }
}
