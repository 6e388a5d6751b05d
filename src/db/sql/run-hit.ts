import { statement } from '../statement.ts'

const family = 'run-hit'

/** What a retrieval found, as a run keeps it. */
export interface HitColumns {
  readonly rank: number
  readonly score: number
  readonly scores: {
    readonly lexical: number | null
    readonly vector: number | null
    readonly rerank: number | null
  }
  readonly chunkId: string
  /** What the passage is besides: absent in checkpoints from before it was kept. */
  readonly chunk?: {
    readonly collectionId: string
    readonly documentId: string
    readonly documentVersion: number
    readonly ordinal: number
    readonly text: string
    readonly start: number
    readonly end: number
    readonly page: number | null
    readonly headings: readonly string[]
    readonly length: number
  }
}

export const setRetrieval = statement<
  [runId: string, mode: string, underfilled: boolean, promptVersion: string | null],
  Record<string, never>
>(
  family,
  'set-retrieval',
  `UPDATE run SET retrieval_mode = $2::retrieval_mode, retrieval_underfilled = $3, prompt_version = $4
   WHERE id = $1::uuid`,
)

export const deleteHits = statement<[runId: string], Record<string, never>>(
  family,
  'delete',
  'DELETE FROM run_hit WHERE run_id = $1::uuid',
)

/**
 * Without those whose document was deleted since. A passage that a new version of its document has replaced since it was
 * found is put back as it was, for this run and no search: what retireChunks would have left of it, had the run been a
 * moment faster.
 */
export const insertHits = statement<[runId: string, hits: string], Record<string, never>>(
  family,
  'insert',
  `WITH found AS (
     SELECT * FROM jsonb_to_recordset($2::jsonb)
       AS h (rank int, score float8, scores jsonb, "chunkId" uuid, chunk jsonb)
   ), alive AS (
     SELECT chunk.id FROM chunk JOIN run ON run.id = $1::uuid AND run.workspace_id = chunk.workspace_id
     WHERE chunk.id IN (SELECT "chunkId" FROM found) FOR KEY SHARE OF chunk
   ), replaced AS (
     SELECT found."chunkId" AS id, passage.* FROM found,
       jsonb_to_record(found.chunk) AS passage ("collectionId" uuid, "documentId" uuid, "documentVersion" int,
         ordinal int, text text, start int, "end" int, page int, headings text[], length int)
     WHERE found.chunk IS NOT NULL AND found."chunkId" NOT IN (SELECT id FROM alive)
   ), documents AS (
     SELECT document.id, document.workspace_id FROM document
       JOIN run ON run.id = $1::uuid AND run.workspace_id = document.workspace_id
     WHERE document.id IN (SELECT "documentId" FROM replaced) ORDER BY document.id FOR KEY SHARE OF document
   ), kept AS (
     INSERT INTO chunk (id, workspace_id, collection_id, document_id, document_version, ordinal, text, start, "end",
       page, headings, length)
     SELECT replaced.id, documents.workspace_id, "collectionId", "documentId", "documentVersion", ordinal, text, start,
       "end", page, headings, length
     FROM replaced JOIN documents ON documents.id = "documentId" ON CONFLICT (id) DO UPDATE SET ordinal = excluded.ordinal RETURNING id
   ), held AS (
     SELECT id FROM alive UNION ALL SELECT id FROM kept
   )
   INSERT INTO run_hit (run_id, rank, workspace_id, chunk_id, score, lexical, vector, rerank)
   SELECT run.id, rank, run.workspace_id, held.id, score, (scores ->> 'lexical')::float8,
     (scores ->> 'vector')::float8, (scores ->> 'rerank')::float8
   FROM found JOIN held ON held.id = found."chunkId" JOIN run ON run.id = $1::uuid`,
)
