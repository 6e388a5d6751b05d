import type { Caller } from '../access/caller.ts'
import type { Chunk } from '../generated/prisma/client.ts'
import type { RetrievalExplain } from './explain.ts'
import type { WeightedText } from './lexical/context-concepts.ts'

export const RetrievalMode = { Lexical: 'LEXICAL', Vector: 'VECTOR', Hybrid: 'HYBRID' } as const
export type RetrievalMode = (typeof RetrievalMode)[keyof typeof RetrievalMode]

/** One comparison on the metadata value at `path`; exactly one of the operators is given. */
export interface MetadataCondition {
  readonly path: readonly string[]
  readonly equals?: unknown
  readonly in?: readonly unknown[]
  readonly gte?: unknown
  readonly lte?: unknown
  readonly exists?: boolean
}

/** All conditions that are given must hold. Ids are row ids, not global ones. */
export interface DocumentFilter {
  readonly documentIds?: readonly string[]
  readonly externalIds?: readonly string[]
  readonly mimeTypes?: readonly string[]
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  readonly metadata?: readonly MetadataCondition[]
}

/** The conversation that a query is asked in. Words and meaning take it up in ways of their own. */
export interface QueryContext {
  /** The query such that it can be understood by itself: what models are given. */
  readonly standalone: string
  /** What was said before: its words count beside those of the query, for less. */
  readonly words: readonly WeightedText[]
}

export interface RetrieveRequest {
  readonly query: string
  readonly collection: string
  readonly topK: number
  readonly mode: RetrievalMode
  readonly filter: DocumentFilter | null
  readonly minScore: number | null
  /** BCP 47: what the words of the query are in; absent or null where that is left open. */
  readonly language?: string | null
  /**
   * Whether what stands in quotes must stand so in each hit; else quotes mean nothing.
   * @default true
   */
  readonly phrases?: boolean
  /** Absent or null for a query that stands alone. */
  readonly context?: QueryContext | null
}

export interface HitScores {
  /** BM25, unbounded. */
  readonly lexical: number | null
  /** Cosine similarity, -1 to 1. */
  readonly vector: number | null
  readonly rerank: number | null
}

export interface Hit {
  /** From 1. */
  readonly rank: number
  /** 0 to 1, comparable within one result. */
  readonly score: number
  readonly scores: HitScores
  readonly chunk: Chunk
}

export interface Retrieval {
  /** What ran: HYBRID falls back to LEXICAL. */
  readonly mode: RetrievalMode
  /** Best first. */
  readonly hits: readonly Hit[]
  /** Fewer than topK passages match the filter and hold the phrases; false where that is not known. */
  readonly underfilled: boolean
  /** Absent for one that was stored with a run. What matched the filter is counted when this is called. */
  readonly explain?: () => Promise<RetrievalExplain>
}

export interface Retriever {
  /**
   * @throws NotFoundError where the workspace has no such collection
   * @throws UnavailableError for VECTOR without a working embedding model
   */
  retrieve(caller: Caller, request: RetrieveRequest, signal: AbortSignal): Promise<Retrieval>
}
