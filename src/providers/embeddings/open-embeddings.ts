import type { EmbeddingConfig } from '../../config/embedding-config.ts'
import { ConfigError } from '../../config.ts'
import type { Embeddings } from './embeddings.ts'
import { createOpenAiEmbeddings, type OpenAiEmbeddingsDeps } from './openai-embeddings.ts'

/** The version that Groundwire is tested with. */
const library = '@huggingface/transformers@4.3.1'

/**
 * The configured model, ready to embed; null where none is. What it opens is released with `resources`.
 * @throws ConfigError where a local model or its library is not there
 */
export async function openEmbeddings(
  config: EmbeddingConfig,
  deps: OpenAiEmbeddingsDeps,
  resources: AsyncDisposableStack,
): Promise<Embeddings | null> {
  if (config.kind === 'none') return null
  if (config.kind === 'openai') return createOpenAiEmbeddings(config, deps)
  // Loaded where it is used: a process without a local model has none of it in memory.
  const { openLocalEmbeddings } = await import('./local/local-embeddings.ts')
  const { LibraryMissingError } = await import('./local/model-thread.ts')
  const { ModelError } = await import('./local/model-folder.ts')
  const { variables } = config
  try {
    return resources.use(await openLocalEmbeddings(config, { metrics: deps.metrics, logger: deps.logger }))
  } catch (error) {
    if (error instanceof LibraryMissingError) {
      const where = config.libraryDirectory ?? 'embedding-library'
      const set = config.libraryDirectory === null ? ` and set ${variables}_LIBRARY_DIR=${where}` : ''
      throw new ConfigError([
        `${variables}_PROVIDER: local needs ${library}, which is not installed; run npm install --ignore-scripts --prefix ${where} ${library}${set}`,
      ])
    }
    if (error instanceof ModelError) throw new ConfigError([`${variables}_MODEL: ${error.message}`])
    throw error
  }
}
