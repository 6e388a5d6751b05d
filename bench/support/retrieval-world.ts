import { createKey, defaultWorkspaceId } from '../../src/access/keys.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { createOpenAiEmbeddings } from '../../src/providers/embeddings/openai-embeddings.ts'
import { vectorBytes, vectorLiteral } from '../../src/retrieval/vector/passage-vector.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { ingestDocuments } from './ingest-documents.ts'
import { documentsOfPassages, questions } from './passages.ts'
import { queryTable } from './pgbench.ts'
import { progress } from './report.ts'
import { scratchDatabase } from './scratch-database.ts'
import { untilIdle } from './server-metrics.ts'
import { startEmbeddings, startServer } from './server-process.ts'
import { recordVectorStatement, type VectorStatement } from './vector-statement.ts'

export interface RetrievalWorld extends AsyncDisposable {
  readonly databaseUrl: string
  /** For the server's process. */
  readonly environment: Readonly<Record<string, string>>
  readonly key: string
  readonly queries: readonly string[]
  /** Literals by query. */
  readonly vectors: Readonly<Record<string, string>>
  readonly statement: VectorStatement
}

interface Size {
  readonly passages: number
  readonly dimensions: number
  readonly queries: number
  readonly topK: number
}

const collection = 'bench'
const model = 'bench-embedder'

/** A database of passages that were ingested with clustered vectors, an embedding server, a key, and what to ask. */
export async function retrievalWorld(server: string, size: Size): Promise<RetrievalWorld> {
  await using made = new AsyncDisposableStack()
  const database = made.use(await scratchDatabase(server))
  const embeddings = made.use(await startEmbeddings(size.dimensions, 'clustered'))
  const environment = {
    ...database.environment,
    EMBEDDING_BASE_URL: embeddings.url,
    EMBEDDING_MODEL: model,
    EMBEDDING_DIMENSIONS: String(size.dimensions),
  }
  await ingest(environment, size)
  const queries = questions(size.queries)
  const opened = await openDatabase(database.config, createLogger('warn'))
  try {
    const { key } = await createKey(opened, { name: 'bench', workspace: 'default', scopes: ['READ'] })
    const provider = createOpenAiEmbeddings(
      {
        kind: 'openai',
        variables: 'EMBEDDING',
        baseUrls: [embeddings.url],
        ...{ model, dimensions: size.dimensions, sendDimensions: false, apiKey: null },
        prefixes: { query: null, passage: null },
      },
      { metrics: createMetrics(), logger: createLogger('warn') },
    )
    const found = await provider.embed(queries, 'query', new AbortController().signal)
    const none = new Float32Array()
    const literals = found.map(vectorLiteral)
    const chunks = await opened.prisma.chunk.count()
    if (chunks !== size.passages) throw new Error(`There are ${chunks} passages`)
    await storeQueries(opened, literals)
    const statement = await recordVectorStatement(
      {
        database: opened,
        embeddings: provider,
        caller: { workspaceId: defaultWorkspaceId, scopes: ['READ'] },
        collection,
        topK: size.topK,
      },
      queries[0] ?? '',
    )
    const kept = made.move()
    return {
      databaseUrl: database.environment.DATABASE_URL ?? '',
      environment,
      key,
      queries,
      vectors: Object.fromEntries(
        queries.map((query, index) => [query, vectorBytes(found[index] ?? none).toString('base64')]),
      ),
      statement,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    }
  } finally {
    await opened.close()
  }
}

async function ingest(environment: Readonly<Record<string, string>>, size: Size): Promise<void> {
  await using server = await startServer(environment)
  const { refused, seconds } = await ingestDocuments(
    server.url,
    collection,
    documentsOfPassages(size.passages),
  )
  if (refused > 0) throw new Error(`${refused} documents were refused`)
  await untilIdle(server.url)
  progress(`${size.passages} passages were ingested in ${seconds.toFixed(0)} s`)
}

/** And what autovacuum does when it comes to it. */
async function storeQueries({ pool }: Database, literals: readonly string[]): Promise<void> {
  await pool.query(`CREATE TABLE ${queryTable} (id INTEGER PRIMARY KEY, embedding halfvec NOT NULL)`)
  await pool.query(
    `INSERT INTO ${queryTable} SELECT place, vector::halfvec
     FROM unnest($1::text[]) WITH ORDINALITY AS given (vector, place)`,
    [literals],
  )
  await pool.query('VACUUM ANALYZE')
}
