import { documentLimits } from '../ingestion/document-limits.ts'
import { forkedRuns } from '../runs/fork-conversation.ts'

/** One table for what inputs may be: the schema's descriptions tell it, the resolvers keep it. */
export const limits = {
  ...documentLimits,
  questionCharacters: 8_000,
  queryCharacters: 8_000,
  topK: 100,
  collectionName: /^[a-z0-9_-]{1,63}$/,
  descriptionCharacters: 1_000,
  /** Least and most. No model that answers from passages gains by longer ones. */
  chunkTokens: { targetTokens: [16, 2_000], maxTokens: [16, 4_000], overlapTokens: [0, 500] },
  documentsPerCall: 100,
  modelCharacters: 200,
  /** pgvector indexes no more of halfvec. */
  dimensions: 4_000,
  comparedQueries: 200,
  requestIdCharacters: 200,
  conversationTitleCharacters: 200,
  forkedRuns,
  ids: 100,
  filterValues: 100,
  metadataConditions: 10,
  metadataPathKeys: 8,
  metadataKeyCharacters: 128,
  pageSize: 100,
  defaultPageSize: 20,
  /** Fields that an operation may resolve at most, estimated from the page sizes it asks for. */
  complexity: 20_000,
} as const
