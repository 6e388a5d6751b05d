import type { Caller } from '../../src/access/caller.ts'
import type { Database } from '../../src/db/database.ts'
import { createEmbedders } from '../../src/providers/embeddings/embedders.ts'
import type { Embeddings } from '../../src/providers/embeddings/embeddings.ts'
import { createRetriever } from '../../src/retrieval/create-retriever.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

/** The search that a VECTOR retrieve sends, with the parameters of one query. */
export interface VectorStatement {
  readonly text: string
  readonly values: readonly unknown[]
  /** Which of them is the vector. */
  readonly vectorIndex: number
  /** Whether it is sent as a named prepared statement. */
  readonly prepared: boolean
}

interface Search {
  readonly database: Database
  readonly embeddings: Embeddings
  readonly caller: Caller
  readonly collection: string
  readonly topK: number
}

/** Records it from the code that sends it. */
export async function recordVectorStatement(search: Search, query: string): Promise<VectorStatement> {
  const { database, embeddings, caller, collection, topK } = search
  const sent: { name?: string; text: string; values?: unknown[] }[] = []
  const pool = new Proxy(database.pool, {
    get: (target, property) =>
      property === 'query'
        ? (statement: (typeof sent)[number]) => {
            sent.push(statement)
            return target.query(statement)
          }
        : Reflect.get(target, property),
  })
  const retriever = createRetriever({
    database: { ...database, pool },
    embedders: createEmbedders(embeddings, null),
    reranker: null,
    metrics: createMetrics(),
    logger: createLogger('warn'),
  })
  const request = { query, collection, topK, mode: 'VECTOR', filter: null, minScore: null } as const
  await retriever.retrieve(caller, request, new AbortController().signal)
  const statement = sent.find(({ text }) => text.includes('<=>'))
  const values = statement?.values ?? []
  const vectorIndex = values.findIndex(Buffer.isBuffer)
  if (!statement || vectorIndex < 0) throw new Error('A VECTOR retrieve sent no search by vector')
  return { text: statement.text, values, vectorIndex, prepared: statement.name !== undefined }
}
