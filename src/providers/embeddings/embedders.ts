import type { Embeddings } from './embeddings.ts'

/** What tells which model a vector is of. */
export interface EmbeddingModel {
  readonly model: string
  readonly dimensions: number
}

/** The models that this process can ask. Which of them a workspace's vectors are of, its row says. */
export interface Embedders {
  /** What EMBEDDING_* names; null where nothing does. */
  readonly primary: Embeddings | null
  /** What EMBEDDING_NEXT_* names, to change to; null where nothing does. */
  readonly next: Embeddings | null
  /** Null where this process has no such model. */
  find(model: EmbeddingModel): Embeddings | null
}

export function createEmbedders(primary: Embeddings | null, next: Embeddings | null): Embedders {
  return {
    primary,
    next,
    find: ({ model, dimensions }) =>
      [primary, next].find((each) => each?.model === model && each.dimensions === dimensions) ?? null,
  }
}

/** For messages. */
export function describeModel({ model, dimensions }: EmbeddingModel): string {
  return `"${model}" (${dimensions} dimensions)`
}
