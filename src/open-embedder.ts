import type { EmbeddingConfig } from './config.ts'
import type { Database } from './db/database.ts'
import { ensureSpace } from './db/sql/embedding-space.ts'
import type { Embedder } from './ingestion/embedder.ts'
import {
  createOpenAiEmbeddings,
  type OpenAiEmbeddingsDeps,
} from './providers/embeddings/openai-embeddings.ts'

/** The configured embedding model with its space, which is made where it is new. */
export async function openEmbedder(
  config: EmbeddingConfig,
  { pool }: Database,
  telemetry: Pick<OpenAiEmbeddingsDeps, 'metrics' | 'logger'>,
): Promise<Embedder | null> {
  if (config.kind === 'none') return null
  const space = await ensureSpace(pool, config.model, config.dimensions)
  return { embeddings: createOpenAiEmbeddings(config, telemetry), space }
}
