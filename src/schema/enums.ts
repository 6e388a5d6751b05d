import type {
  RetrievalFallback as Fallback,
  VectorStrategy as Strategy,
  VectorStrategyReason as StrategyReason,
} from '../retrieval/explain.ts'
import { builder } from './builder.ts'

// An enum is its values with their descriptions: one table each, and nothing else to it.

export const Scope = builder.enumType('Scope', {
  values: {
    READ: { description: 'retrieve, askQuestion, chatStream and every query' },
    WRITE: { description: 'ingest and delete documents and collections' },
    ADMIN: { description: 'API keys and everything else' },
  },
})

export const DocumentStatus = builder.enumType('DocumentStatus', {
  values: {
    QUEUED: {},
    PARSING: {},
    CHUNKING: {},
    EMBEDDING: {},
    READY: { description: 'Searchable.' },
    FAILED: {},
    CANCELLED: {},
  },
})

export const IngestionStatus = builder.enumType('IngestionStatus', {
  values: {
    QUEUED: {},
    RUNNING: {},
    SUCCEEDED: { description: 'Every document is READY.' },
    FAILED: { description: 'Ended, with documents that are FAILED.' },
    CANCELLED: {},
  },
})

export const IngestOutcome = builder.enumType('IngestOutcome', {
  values: {
    CREATED: {},
    UPDATED: {
      description: 'Its content replaces an earlier one, which stays searchable until the new one is READY.',
    },
    UNCHANGED: { description: 'Nothing to do: the same content is there or on its way.' },
    REJECTED: {},
  },
})

export const FailureCode = builder.enumType('FailureCode', {
  values: [
    'INVALID_INPUT',
    'UNSUPPORTED_TYPE',
    'TOO_LARGE',
    'UNREADABLE',
    'ENCRYPTED',
    'EMPTY',
    'FETCH_FAILED',
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_REJECTED',
    'TIMEOUT',
    'INTERRUPTED',
    'INTERNAL',
  ] as const,
})

export const RetrievalMode = builder.enumType('RetrievalMode', {
  values: {
    LEXICAL: { description: "BM25 over the passages' words." },
    VECTOR: { description: 'Cosine similarity of embeddings, HNSW-indexed.' },
    HYBRID: { description: 'Both, fused.' },
  },
})

export const RetrievalFallback = builder.enumType('RetrievalFallback', {
  description: 'Why HYBRID searched by words alone.',
  values: {
    NO_EMBEDDING_MODEL: { description: 'None is configured.' },
    OTHER_EMBEDDING_MODEL: {
      description: "The workspace's passages have vectors of a model that is not configured.",
    },
    EMBEDDING_INCOMPLETE: { description: 'The passages are still being embedded for the first time.' },
    EMBEDDING_FAILED: { description: 'The embedding model was away, or refused the query.' },
  } satisfies Record<Fallback, object>,
})

export const VectorStrategy = builder.enumType('VectorStrategy', {
  values: {
    EXACT: { description: 'Every passage that matches was scored.' },
    INDEX: {
      description:
        "The space's HNSW index was searched, which can miss a few of the nearest (docs/decisions/0021).",
    },
  } satisfies Record<Strategy, object>,
})

export const VectorStrategyReason = builder.enumType('VectorStrategyReason', {
  values: {
    FEW_PASSAGES: { description: 'EXACT: so few passages match that scoring them takes less time.' },
    MANY_PASSAGES: { description: 'INDEX: enough passages match for the index to come by them.' },
    INDEX_FELL_SHORT: {
      description: 'EXACT, after the index: what matches lies too far from the query for it.',
    },
  } satisfies Record<StrategyReason, object>,
})

export const ConflictPolicy = builder.enumType('ConflictPolicy', {
  values: {
    REJECT: {},
    ENQUEUE: { description: 'Waits for it to end.' },
    INTERRUPT: { description: 'Cancels it first.' },
  },
})

export const RunStatus = builder.enumType('RunStatus', {
  values: ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
})

export const FinishReason = builder.enumType('FinishReason', {
  values: {
    STOP: {},
    LENGTH: { description: 'The token limit cut it.' },
    NO_EVIDENCE: { description: 'No passage supports an answer, and none was made up.' },
    CANCELLED: { description: 'The run was cancelled; the text is what was written until then.' },
  },
})

export const EmbeddingMigrationStatus = builder.enumType('EmbeddingMigrationStatus', {
  values: {
    RUNNING: { description: 'Passages are being embedded with the new model.' },
    READY: { description: 'Every passage is embedded: it can be completed.' },
    COMPLETED: { description: 'Searches use the new model.' },
    ABANDONED: { description: 'Searches go on with the model that they used.' },
  },
})
