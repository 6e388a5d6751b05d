import type { RetrievalMode } from './retrieval.ts'

export type VectorStrategy = 'EXACT' | 'INDEX'
export type VectorStrategyReason = 'FEW_PASSAGES' | 'MANY_PASSAGES' | 'INDEX_FELL_SHORT'
export type RetrievalFallback =
  | 'NO_EMBEDDING_MODEL'
  | 'OTHER_EMBEDDING_MODEL'
  | 'EMBEDDING_INCOMPLETE'
  | 'EMBEDDING_FAILED'

export interface LexicalExplain {
  /** Passages that were handed on to be fused. */
  readonly candidates: number
}

export interface VectorExplain {
  /** Passages that were handed on to be fused. */
  readonly candidates: number
  readonly model: string
  readonly strategy: VectorStrategy
  readonly reason: VectorStrategyReason
  /** Null where the index was not searched. */
  readonly efSearch: number | null
}

export interface RerankExplain {
  readonly candidates: number
  readonly model: string
  readonly failed: boolean
}

export interface FilterExplain {
  /** Searchable passages that match; at least so many where it is not `complete`. */
  readonly matchingPassages: number
  readonly collectionPassages: number
  readonly complete: boolean
}

export const stages = ['embed_query', 'lexical', 'vector', 'fuse', 'rerank', 'total'] as const
export type Stage = (typeof stages)[number]

/** Milliseconds. Null where a stage did not run. */
export type StageTimes = Readonly<Record<Stage, number | null>>

/** How a retrieval came about. */
export interface RetrievalExplain {
  readonly requestedMode: RetrievalMode
  readonly fallback: RetrievalFallback | null
  readonly lexical: LexicalExplain | null
  readonly vector: VectorExplain | null
  readonly rerank: RerankExplain | null
  readonly filter: FilterExplain | null
  readonly times: StageTimes
}
