import type { EmbeddingConfig } from './config/embedding-config.ts'
import type { Database } from './db/database.ts'
import { ensureSpace } from './db/sql/embedding-space.ts'
import type { Embedder } from './ingestion/embedder.ts'
import { openEmbeddings } from './providers/embeddings/open-embeddings.ts'
import type { OpenAiEmbeddingsDeps } from './providers/embeddings/openai-embeddings.ts'

/**
 * The configured embedding model with its space, which is made where it is new. What is opened is released with
 * `resources`. @throws ConfigError where a local model cannot be used
 */
export async function openEmbedder(
  config: EmbeddingConfig,
  { pool }: Database,
  telemetry: Pick<OpenAiEmbeddingsDeps, 'metrics' | 'logger'>,
  resources: AsyncDisposableStack,
): Promise<Embedder | null> {
  const embeddings = await openEmbeddings(config, telemetry, resources)
  if (!embeddings) return null
  const { model, dimensions } = embeddings
  const space = await ensureSpace(pool, model, dimensions)
  telemetry.logger.info({ provider: config.kind, model, dimensions, space: space.id }, 'Embedding model')
  return { embeddings, space }
}
