import type { Config } from './config.ts'
import { createEmbedders, describeModel, type Embedders } from './providers/embeddings/embedders.ts'
import { openEmbeddings } from './providers/embeddings/open-embeddings.ts'
import type { OpenAiEmbeddingsDeps } from './providers/embeddings/openai-embeddings.ts'

/**
 * The embedding models that are configured: the one in use, and the one to change to. What is opened is released with
 * `resources`. @throws ConfigError where a local model cannot be used
 */
export async function openEmbedders(
  { embedding, nextEmbedding }: Pick<Config, 'embedding' | 'nextEmbedding'>,
  telemetry: Pick<OpenAiEmbeddingsDeps, 'metrics' | 'logger'>,
  resources: AsyncDisposableStack,
): Promise<Embedders> {
  const open = async (config: Config['embedding']) => {
    const embeddings = await openEmbeddings(config, telemetry, resources)
    if (embeddings && config.kind !== 'none') {
      const { kind: provider, variables } = config
      telemetry.logger.info({ provider, variables }, `Embedding model ${describeModel(embeddings)}`)
    }
    return embeddings
  }
  return createEmbedders(await open(embedding), await open(nextEmbedding))
}
