import { statement } from '../statement.ts'

const family = 'collection'

/** Which languages a search looks for words in: enough for a collection in many, and bounded for hostile ones. */
const mostLanguages = 16

export interface SearchedCollection {
  readonly id: string
  /** Of its searchable chunks, the commonest first. Empty where unknown. */
  readonly languages: string[]
  readonly language_chunks: number[]
  /** The space that its workspace searches; null where it has none yet. */
  readonly space_id: number | null
  readonly model: string
  readonly dimensions: number
  /** The embedding migration of its workspace that is open. */
  readonly migration_id: string | null
}

/** A collection to be searched. Its languages: what was folded into the statistics, and what was not yet. */
export const findCollection = statement<[workspaceId: string, name: string], SearchedCollection>(
  family,
  'find_collection',
  `SELECT collection.id, spoken.languages, spoken.language_chunks,
     space.id AS space_id, space.model, space.dimensions, migration.id AS migration_id
   FROM collection JOIN workspace ON workspace.id = collection.workspace_id
     LEFT JOIN embedding_space AS space ON space.id = workspace.embedding_space_id
     LEFT JOIN embedding_migration AS migration
       ON migration.workspace_id = workspace.id AND migration.finished_at IS NULL
     CROSS JOIN LATERAL (
       SELECT COALESCE(array_agg(language), '{}') AS languages, COALESCE(array_agg(chunks), '{}') AS language_chunks
       FROM (
         SELECT language, sum(chunks)::int AS chunks FROM (
           SELECT language, chunks FROM language_statistic WHERE collection_id = collection.id
           UNION ALL SELECT language, chunks FROM lexical_delta WHERE collection_id = collection.id) AS counted
         GROUP BY language HAVING sum(chunks) > 0
         ORDER BY sum(chunks) DESC, language LIMIT ${mostLanguages}) AS most) AS spoken
   WHERE collection.workspace_id = $1 AND collection.name = $2`,
)

/** Locked until the transaction ends: what is being accepted into it or indexed comes before. */
export const lockCollection = statement<[workspaceId: string, name: string], { id: string }>(
  family,
  'lock_collection',
  'SELECT id FROM collection WHERE workspace_id = $1 AND name = $2 FOR UPDATE',
)

/** Waits for whoever is about to cite a chunk, so that the purge sees it. */
export const lockCollectionChunks = statement<[collectionId: string], never>(
  family,
  'lock_collection_chunks',
  'SELECT FROM chunk WHERE collection_id = $1 ORDER BY id FOR UPDATE',
)

/** Documents of the workspace among `ids`, locked until the transaction ends. */
export const lockDocuments = statement<
  [workspaceId: string, ids: string[]],
  { id: string; collection_id: string }
>(
  family,
  'lock_documents',
  `SELECT id, collection_id FROM document WHERE workspace_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE`,
)

const voidSummaries = (chunks: string) =>
  `WITH used AS (
     SELECT id FROM conversation WHERE id IN (
       SELECT conversation_id FROM run WHERE id IN (
         SELECT run_id FROM run_hit WHERE chunk_id IN (${chunks})
         UNION SELECT run_id FROM run_citation WHERE chunk_id IN (${chunks})))
     ORDER BY id FOR NO KEY UPDATE
   )
   UPDATE conversation SET summary = NULL, summary_run_id = NULL, summary_version = summary_version + 1
   FROM used WHERE conversation.id = used.id`

/**
 * What models made of runs that used these documents may hold their words: it goes, and what is being made is void.
 * Before the citations, in the order in which a conversation is deleted.
 */
export const purgeSummaries = statement<[documentIds: string[]], never>(
  family,
  'purge_summaries',
  voidSummaries('SELECT id FROM chunk WHERE document_id = ANY($1::uuid[])'),
)

export const purgeCollectionSummaries = statement<[collectionId: string], never>(
  family,
  'purge_collection_summaries',
  voidSummaries('SELECT id FROM chunk WHERE collection_id = $1'),
)

/** Of citations of these documents only the marker stays; their hits go with the chunks. */
export const purgeCitations = statement<[documentIds: string[]], never>(
  family,
  'purge_citations',
  `UPDATE run_citation SET quote = NULL, start = NULL, "end" = NULL, verified = FALSE
   WHERE chunk_id IN (SELECT id FROM chunk WHERE document_id = ANY($1::uuid[]))`,
)

/** The ingestions of these documents, which may end with them. */
export const ingestionsOf = statement<[documentIds: string[]], { ingestion_id: string }>(
  family,
  'ingestions_of',
  'SELECT DISTINCT ingestion_id FROM ingestion_document WHERE document_id = ANY($1::uuid[])',
)

export const deleteDocuments = statement<[documentIds: string[]], never>(
  family,
  'delete_documents',
  'DELETE FROM document WHERE id = ANY($1::uuid[])',
)

export const purgeCollectionCitations = statement<[collectionId: string], never>(
  family,
  'purge_collection_citations',
  `UPDATE run_citation SET quote = NULL, start = NULL, "end" = NULL, verified = FALSE
   WHERE chunk_id IN (SELECT id FROM chunk WHERE collection_id = $1)`,
)

export const deleteCollection = statement<[collectionId: string], { documents: number }>(
  family,
  'delete_collection',
  `WITH counted AS (SELECT count(*)::int AS documents FROM document WHERE collection_id = $1),
   deleted AS (DELETE FROM collection WHERE id = $1)
   SELECT documents FROM counted`,
)
