import { statement } from '../statement.ts'

const family = 'reindex'

/** Indexed documents whose passages were made under another title or language or otherwise than holds now. */
export const staleDocuments = statement<
  [collectionId: string, after: string, limit: number, analysisVersion: number],
  { id: string }
>(
  family,
  'stale_documents',
  `SELECT document.id FROM document JOIN collection ON collection.id = document.collection_id
   WHERE document.collection_id = $1 AND document.id > $2 AND document.status = 'READY'
     AND (document.title IS DISTINCT FROM document.indexed_title
       OR document.language IS DISTINCT FROM document.indexed_language
       OR document.indexed_analysis <> $4
       OR document.indexed_chunking <> collection.chunking_version)
   ORDER BY document.id LIMIT $3`,
)

/** Collections with documents that were analysed otherwise than they are now: before an upgrade. */
export const outdatedCollections = statement<
  [analysisVersion: number],
  { workspace_id: string; collection_id: string }
>(
  family,
  'outdated_collections',
  `SELECT collection.workspace_id, collection.id AS collection_id FROM collection
   WHERE EXISTS (
     SELECT FROM document
     WHERE document.collection_id = collection.id AND document.status = 'READY' AND document.indexed_analysis <> $1)`,
)

/** Locked until the transaction ends; documents go on being accepted. */
export const lockSettings = statement<
  [workspaceId: string, name: string],
  { id: string; target_tokens: number; max_tokens: number; overlap_tokens: number }
>(
  family,
  'lock_settings',
  `SELECT id, chunk_target_tokens AS target_tokens, chunk_max_tokens AS max_tokens,
     chunk_overlap_tokens AS overlap_tokens
   FROM collection WHERE workspace_id = $1 AND name = $2 FOR NO KEY UPDATE`,
)

export const changeChunking = statement<
  [collectionId: string, targetTokens: number, maxTokens: number, overlapTokens: number],
  never
>(
  family,
  'change_chunking',
  `UPDATE collection SET chunk_target_tokens = $2, chunk_max_tokens = $3, chunk_overlap_tokens = $4,
     chunking_version = chunking_version + 1
   WHERE id = $1`,
)

export const describeCollection = statement<
  [collectionId: string, newName: string | null, describes: boolean, description: string | null],
  never
>(
  family,
  'describe_collection',
  `UPDATE collection SET name = COALESCE($2, name), description = CASE WHEN $3 THEN $4 ELSE description END
   WHERE id = $1`,
)
