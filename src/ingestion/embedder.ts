import type { EmbeddingSpace } from '../db/sql/embedding-space.ts'
import type { Embeddings } from '../providers/embeddings/embeddings.ts'

/** A model with the space of its vectors. */
export interface Embedder {
  readonly embeddings: Embeddings
  readonly space: EmbeddingSpace
}
