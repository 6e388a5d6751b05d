import pg from 'pg'
import type { RetrieveInput } from '../../clients/typescript/generated/graphql.ts'
import { defaultWorkspaceId } from '../../src/access/keys.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { createEmbedders } from '../../src/providers/embeddings/embedders.ts'
import type { Embeddings } from '../../src/providers/embeddings/embeddings.ts'
import { createRetriever } from '../../src/retrieval/create-retriever.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { explain } from './explain.ts'
import { questionVector } from './question-vector.ts'
import { type SentStatement, statementsOf } from './statements-of.ts'
import { benchCollection, benchModel, type VectorDatabase } from './vector-database.ts'
import { vectorSession } from './vector-session.ts'

/** The statements of one retrieval, by the code that sends them, each with its plan, times and buffers. */
export async function retrievalPlans(
  database: VectorDatabase,
  { query, topK, mode }: Pick<RetrieveInput, 'query' | 'topK' | 'mode'>,
): Promise<string> {
  const statements = await recordStatements(database, { query, topK: topK ?? 10, mode: mode ?? 'HYBRID' })
  const client = new pg.Client(vectorSession(database.url))
  await client.connect()
  try {
    const parts = [`== ${mode}: ${query}\n`]
    for (const { text, values } of statements) parts.push(await explain(client, text, values))
    return parts.join('\n')
  } finally {
    await client.end()
  }
}

async function recordStatements(
  { url, vectors }: VectorDatabase,
  request: { query: string; topK: number; mode: NonNullable<RetrieveInput['mode']> },
): Promise<SentStatement[]> {
  const logger = createLogger('warn')
  const database = await openDatabase({ kind: 'server', url }, logger)
  const { dimensions } = vectors
  const embeddings: Embeddings = {
    model: benchModel,
    dimensions,
    embed: async (texts) => texts.map((text) => questionVector(vectors, text)),
    embedEach: () => {
      throw new Error('Only questions are embedded')
    },
  }
  try {
    return await statementsOf(database.pool, (pool) => {
      const retriever = createRetriever({
        database: { ...database, pool },
        embedders: createEmbedders(embeddings, null),
        reranker: null,
        metrics: createMetrics(),
        logger,
      })
      const caller = { workspaceId: defaultWorkspaceId, scopes: ['READ'] as const }
      const { signal } = new AbortController()
      return retriever.retrieve(
        caller,
        { ...request, collection: benchCollection.name, filter: null, minScore: null },
        signal,
      )
    })
  } finally {
    await database.close()
  }
}
