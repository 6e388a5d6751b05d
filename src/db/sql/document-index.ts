import { statement } from '../statement.ts'
import { shareSpaces } from './workspace-spaces.ts'

const family = 'document_index'

/**
 * Holds the collection until the transaction ends, so that it is not deleted (which locks it before its documents,
 * as this does), the average length that its weights are computed with, and the spaces of its workspace.
 */
export const holdCollection = statement<[collectionId: string], never>(
  family,
  'hold_collection',
  `SELECT pg_advisory_xact_lock_shared(hashtextextended('weights' || $1::text, 0)), ${shareSpaces('workspace_id')}
   FROM collection WHERE id = $1::uuid FOR KEY SHARE`,
)

/**
 * Holds the document until the transaction ends: that of an attempt at work, or, made anew, one whose content is
 * searchable as it is. @returns nothing where another claim, another content, a cancellation or a deletion came first
 */
export const lockTarget = statement<
  [documentId: string, version: number, fence: number, reindex: boolean],
  {
    indexed_version: number | null
    weights_length: number | null
    /** The space that the workspace searches, and the one it is on its way to. */
    active_id: number | null
    model: string
    dimensions: number
    next_id: number | null
  }
>(
  family,
  'lock_target',
  `SELECT indexed_version,
     (SELECT weights_length FROM lexical_statistic WHERE collection_id = document.collection_id) AS weights_length,
     space.id AS active_id, space.model, space.dimensions,
     (SELECT to_space_id FROM embedding_migration
      WHERE embedding_migration.workspace_id = document.workspace_id AND finished_at IS NULL) AS next_id
   FROM document JOIN workspace ON workspace.id = document.workspace_id
     LEFT JOIN embedding_space AS space ON space.id = workspace.embedding_space_id
   WHERE document.id = $1 AND version = $2 AND fence = $3
     AND CASE WHEN $4 THEN status = 'READY' AND indexed_version = $2
         ELSE status IN ('PARSING', 'CHUNKING', 'EMBEDDING') END
   FOR UPDATE OF document`,
)

/**
 * Waits for whoever is about to cite these documents' chunks or to give them vectors: the statement after this
 * sees it, where one statement that waits itself would go by what was before.
 */
export const lockChunks = statement<[documentIds: string[]], { locked: string }>(
  family,
  'lock_chunks',
  // Counted, so that hundreds of thousands of rows need not travel.
  `WITH held AS MATERIALIZED (SELECT id FROM chunk WHERE document_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE)
   SELECT count(*) AS locked FROM held`,
)

/**
 * Takes the chunks of a document, which are locked, out of the index. Those that a run holds as evidence stay, and no
 * search finds them.
 */
export const retireChunks = statement<[documentId: string], never>(
  family,
  'retire_chunks',
  `WITH held AS (
     SELECT id FROM chunk WHERE document_id = $1 AND (
       EXISTS (SELECT FROM run_hit WHERE chunk_id = chunk.id)
       OR EXISTS (SELECT FROM run_citation WHERE chunk_id = chunk.id))),
   hidden AS (
     UPDATE chunk SET term_ids = NULL, weights = NULL WHERE id IN (SELECT id FROM held) AND term_ids IS NOT NULL),
   unembedded AS (
     DELETE FROM chunk_embedding WHERE chunk_id IN (SELECT id FROM held))
   DELETE FROM chunk WHERE document_id = $1 AND id NOT IN (SELECT id FROM held)`,
)

export const insertChunks = statement<
  [
    workspaceId: string,
    collectionId: string,
    documentId: string,
    version: number,
    ids: string[],
    ordinals: number[],
    texts: string[],
    starts: number[],
    ends: number[],
    pages: (number | null)[],
    headings: string[],
    lengths: number[],
    termIds: string[],
    weights: string[],
  ],
  never
>(
  family,
  'insert_chunks',
  // SQL has no array of arrays of different lengths: headings and term ids travel as one text a row.
  `INSERT INTO chunk (workspace_id, collection_id, document_id, document_version, id, ordinal, text, start, "end",
     page, headings, length, term_ids, weights)
   SELECT $1, $2, $3, $4, id, ordinal, text, start, "end", page, ARRAY(SELECT jsonb_array_elements_text(headings)),
     length, term_ids::int[], weights::sparsevec
   FROM unnest($5::uuid[], $6::int[], $7::text[], $8::int[], $9::int[], $10::int[], $11::jsonb[], $12::int[],
     $13::text[], $14::text[])
     AS given (id, ordinal, text, start, "end", page, headings, length, term_ids, weights)`,
)

/**
 * The swap's last step: the new content is what searches find, and older sources go. `stale`: meanwhile the title, the
 * language or the collection's settings became others than the passages were made with.
 */
export const publish = statement<
  [
    documentId: string,
    version: number,
    chunkCount: number,
    ingestionId: string | null,
    title: string,
    contentTitle: string | null,
    chunkingVersion: number,
    language: string | null,
    analysisVersion: number,
    /** UTF-8: the beginning of it, the whole of most; appendText adds the rest. */
    text: Buffer,
  ],
  { stale: boolean }
>(
  family,
  'publish',
  `WITH published AS (
     UPDATE document SET status = 'READY', indexed_version = $2, chunk_count = $3, failure = NULL,
       title = CASE WHEN title_given THEN title ELSE COALESCE($6, title) END, indexed_title = $5, indexed_chunking = $7,
       language = CASE WHEN language_given THEN language ELSE $8 END, indexed_language = $8, indexed_analysis = $9,
       indexed_at = clock_timestamp(),
       updated_at = now() WHERE id = $1
     RETURNING title IS DISTINCT FROM indexed_title OR language IS DISTINCT FROM indexed_language
       OR indexed_chunking <> (
       SELECT chunking_version FROM collection WHERE collection.id = collection_id) AS stale),
   extracted AS (
     UPDATE document_source SET text = $10 WHERE document_id = $1 AND version = $2),
   taken AS (
     DELETE FROM staged_embedding WHERE document_id = $1),
   replaced AS (
     DELETE FROM document_source WHERE document_id = $1 AND version < $2),
   entered AS (
     UPDATE ingestion_document SET status = 'READY' WHERE ingestion_id = $4 AND document_id = $1 AND version = $2)
   SELECT stale FROM published`,
)

export const appendText = statement<[documentId: string, version: number, text: Buffer], never>(
  family,
  'append_text',
  'UPDATE document_source SET text = text || $3 WHERE document_id = $1 AND version = $2',
)
