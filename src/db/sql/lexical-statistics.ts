import type { Queryable } from '../database.ts'
import { statement } from '../statement.ts'

const family = 'lexical_statistics'

/** What a change of documents does to the statistics. Only added to, so that no two changes wait for each other. */
export const recordDelta = statement<
  [
    id: string,
    workspaceId: string,
    collectionId: string,
    chunks: number,
    terms: number,
    termIds: string,
    counts: string,
    /** Empty where unknown. */
    language: string,
  ],
  never
>(
  family,
  'record_delta',
  `INSERT INTO lexical_delta (id, workspace_id, collection_id, chunks, terms, term_ids, counts, language)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
)

/**
 * Takes the searchable chunks of documents out of the statistics. `ids`: one for each of them: there is a delta
 * for each collection and language that they are of.
 * @returns the collections, some more than once
 */
export const recordRemoval = statement<
  [workspaceId: string, documentIds: string[], ids: string[]],
  { collection_id: string }
>(
  family,
  'record_removal',
  `WITH live AS MATERIALIZED (
     SELECT chunk.collection_id, COALESCE(document.indexed_language, '') AS language, chunk.length, chunk.term_ids
     FROM chunk JOIN document ON document.id = chunk.document_id
     WHERE chunk.document_id = ANY($2::uuid[]) AND chunk.term_ids IS NOT NULL),
   terms AS (
     SELECT collection_id, language, term, count(*)::int AS count FROM live, unnest(term_ids) AS term
     GROUP BY 1, 2, 3),
   arrays AS (
     SELECT collection_id, language, array_agg(term) AS term_ids, array_agg(-count) AS counts FROM terms
     GROUP BY 1, 2),
   totals AS (
     SELECT collection_id, language, -count(*)::int AS chunks, -sum(length)::bigint AS terms FROM live GROUP BY 1, 2)
   INSERT INTO lexical_delta (id, workspace_id, collection_id, chunks, terms, term_ids, counts, language)
   SELECT ($3::uuid[])[row_number() OVER ()], $1, collection_id, chunks, terms, COALESCE(term_ids, '{}'),
     COALESCE(counts, '{}'), language
   FROM totals LEFT JOIN arrays USING (collection_id, language)
   RETURNING collection_id`,
)

/** Exact: what was folded, and what was not yet. */
export const readStatistics = statement<
  [collectionId: string, termIds: number[]],
  { chunks: number; terms: number; term_ids: number[]; frequencies: number[] }
>(
  family,
  'read_statistics',
  `WITH pending AS MATERIALIZED (
     SELECT chunks, terms, term_ids, counts FROM lexical_delta WHERE collection_id = $1),
   totals AS (
     SELECT chunks, terms FROM lexical_statistic WHERE collection_id = $1
     UNION ALL SELECT chunks, terms FROM pending),
   found AS (
     SELECT term_id, chunks FROM term_statistic WHERE collection_id = $1 AND term_id = ANY($2)
     UNION ALL
     SELECT term_id, count FROM pending, unnest(term_ids, counts) AS given (term_id, count) WHERE term_id = ANY($2)),
   frequencies AS (SELECT term_id, sum(chunks)::int AS chunks FROM found GROUP BY term_id)
   SELECT (SELECT COALESCE(sum(chunks), 0)::int FROM totals) AS chunks,
     (SELECT COALESCE(sum(terms), 0)::float8 FROM totals) AS terms,
     COALESCE(array_agg(term_id), '{}') AS term_ids, COALESCE(array_agg(chunks), '{}') AS frequencies
   FROM frequencies`,
)

/** The average length that new weights are computed with, and the one that would be right now. */
export const averageLength = statement<
  [collectionId: string],
  { weights_length: number | null; average: number | null }
>(
  family,
  'average_length',
  `WITH totals AS (
     SELECT chunks, terms FROM lexical_statistic WHERE collection_id = $1
     UNION ALL SELECT chunks, terms FROM lexical_delta WHERE collection_id = $1)
   SELECT (SELECT weights_length FROM lexical_statistic WHERE collection_id = $1) AS weights_length,
     (SELECT sum(terms)::float8 / NULLIF(sum(chunks), 0) FROM totals) AS average`,
)

/**
 * One fold of a collection at a time; ends with the transaction. The collection is locked first, as its deletion does.
 * @returns nothing where it is gone
 */
export const lockFold = statement<[collectionId: string], { id: string }>(
  family,
  'lock_fold',
  `SELECT id, pg_advisory_xact_lock(hashtextextended('fold' || $1::text, 0))
   FROM collection WHERE id = $1::uuid FOR KEY SHARE`,
)

/**
 * Moves what is pending into the sums. `firstWeightsLength` is what the weights of a collection without sums
 * were computed with. @returns how much there was
 */
export const fold = statement<
  [workspaceId: string, collectionId: string, firstWeightsLength: number],
  { folded: number }
>(
  family,
  'fold',
  `WITH pending AS MATERIALIZED (
     DELETE FROM lexical_delta WHERE collection_id = $2 RETURNING chunks, terms, term_ids, counts, language),
   terms AS (
     INSERT INTO term_statistic AS statistic (collection_id, term_id, workspace_id, chunks)
     SELECT $2, term_id, $1, sum(count) FROM pending, unnest(term_ids, counts) AS given (term_id, count)
     GROUP BY term_id HAVING sum(count) <> 0
     ON CONFLICT (collection_id, term_id) DO UPDATE SET chunks = statistic.chunks + EXCLUDED.chunks),
   languages AS (
     INSERT INTO language_statistic AS statistic (collection_id, language, workspace_id, chunks)
     SELECT $2, language, $1, sum(chunks) FROM pending GROUP BY language HAVING sum(chunks) <> 0
     ON CONFLICT (collection_id, language) DO UPDATE SET chunks = statistic.chunks + EXCLUDED.chunks),
   totals AS (
     INSERT INTO lexical_statistic AS statistic (collection_id, workspace_id, chunks, terms, weights_length)
     SELECT $2, $1, sum(chunks), sum(terms), $3 FROM pending
     HAVING count(*) > 0
     ON CONFLICT (collection_id) DO UPDATE
       SET chunks = statistic.chunks + EXCLUDED.chunks, terms = statistic.terms + EXCLUDED.terms)
   SELECT count(*)::int AS folded FROM pending`,
)

export const dropVanishedTerms = statement<[collectionId: string], never>(
  family,
  'drop_vanished_terms',
  `WITH languages AS (DELETE FROM language_statistic WHERE collection_id = $1 AND chunks <= 0)
   DELETE FROM term_statistic WHERE collection_id = $1 AND chunks <= 0`,
)

/** GIN keeps what was inserted last in an unsorted list, which every search reads: into the tree with it. */
export const cleanPendingList = statement<[], never>(
  family,
  'clean_pending_list',
  `SELECT gin_clean_pending_list('chunk_term_ids_idx')`,
)

/**
 * Waits until no document is being indexed with the present average length, and keeps others from beginning until
 * the transaction ends. @returns the time, by which documents that are indexed later are told
 */
export async function holdWeights(db: Queryable, collectionId: string): Promise<string> {
  await lockWeights(db, collectionId)
  const [row] = await clock(db)
  return row?.now ?? ''
}

const lockWeights = statement<[collectionId: string], never>(
  family,
  'lock_weights',
  `SELECT pg_advisory_xact_lock(hashtextextended('weights' || $1, 0))`,
)

// A column of milliseconds is compared with it: it must not lie after what it came before.
const clock = statement<[], { now: string }>(
  family,
  'clock',
  `SELECT date_trunc('milliseconds', clock_timestamp())::text AS now`,
)

export const setWeightsLength = statement<[collectionId: string, weightsLength: number], never>(
  family,
  'set_weights_length',
  'UPDATE lexical_statistic SET weights_length = $2 WHERE collection_id = $1',
)

/**
 * A batch of searchable chunks in the order of their ids, with the text their words came from: of all documents, or of
 * those that were indexed since a time.
 */
export const searchableChunks = statement<
  [collectionId: string, indexedSince: string | null, after: string, limit: number],
  {
    id: string
    title: string
    headings: string[]
    text: string
    language: string | null
    length: number
    term_ids: number[]
  }
>(
  family,
  'searchable_chunks',
  `SELECT chunk.id, COALESCE(document.indexed_title, document.title) AS title, chunk.headings, chunk.text,
     document.indexed_language AS language, chunk.length, chunk.term_ids
   FROM chunk JOIN document ON document.id = chunk.document_id
   WHERE chunk.collection_id = $1 AND chunk.term_ids IS NOT NULL AND chunk.id > $3::uuid
     AND ($2::timestamptz IS NULL OR document.indexed_at >= $2::timestamptz)
   ORDER BY chunk.id LIMIT $4`,
)

export const reweigh = statement<[chunkIds: string[], weights: string[]], never>(
  family,
  'reweigh',
  `UPDATE chunk SET weights = given.weights::sparsevec
   FROM unnest($1::uuid[], $2::text[]) AS given (id, weights)
   WHERE chunk.id = given.id AND chunk.term_ids IS NOT NULL`,
)
