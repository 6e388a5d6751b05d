import type { Config, EmbeddingConfig } from './config.ts'
import { createEmbedders, type Embedders } from './providers/embeddings/embedders.ts'
import type { Embeddings } from './providers/embeddings/embeddings.ts'
import {
  createOpenAiEmbeddings,
  type OpenAiEmbeddingsDeps,
} from './providers/embeddings/openai-embeddings.ts'

type Telemetry = Pick<OpenAiEmbeddingsDeps, 'metrics' | 'logger'>

/** The embedding models that are configured: the one in use, and the one to change to. */
export function openEmbedders(
  { embedding, nextEmbedding }: Pick<Config, 'embedding' | 'nextEmbedding'>,
  telemetry: Telemetry,
): Embedders {
  return createEmbedders(
    openEmbeddings(embedding, 'EMBEDDING', telemetry),
    openEmbeddings(nextEmbedding, 'EMBEDDING_NEXT', telemetry),
  )
}

function openEmbeddings(config: EmbeddingConfig, variables: string, telemetry: Telemetry): Embeddings | null {
  return config.kind === 'none' ? null : createOpenAiEmbeddings(config, { ...telemetry, variables })
}
