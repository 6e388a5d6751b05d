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

/**
 * Sets down what a run's retrieval found, in place of what was there. Without the lease, which stays held until the
 * transaction ends, nothing is written and no row comes back.
 *
 * Without the hits whose document was deleted since. A passage that a new version of its document has replaced since it was
 * found is put back as it was, for this run and no search: what retireChunks would have left of it, had the run been a
 * moment faster.
 */
export const recordRetrieval = statement<
  [
    runId: string,
    lease: string,
    mode: string,
    underfilled: boolean,
    promptVersion: string | null,
    hits: string,
  ],
  { id: string }
>(
  family,
  'record',
  `WITH held AS (
     SELECT id, workspace_id FROM run
     WHERE id = $1::uuid AND lease_owner = $2::uuid AND status = 'RUNNING' FOR NO KEY UPDATE
   ), removed AS (
     DELETE FROM run_hit WHERE run_id IN (SELECT id FROM held) RETURNING rank
   ), found AS (
     SELECT * FROM jsonb_to_recordset($6::jsonb)
       AS h (rank int, score float8, scores jsonb, "chunkId" uuid, chunk jsonb)
   ), alive AS (
     SELECT chunk.id FROM chunk JOIN held ON held.workspace_id = chunk.workspace_id
     WHERE chunk.id IN (SELECT "chunkId" FROM found) FOR KEY SHARE OF chunk
   ), replaced AS (
     SELECT found."chunkId" AS id, passage.* FROM found,
       jsonb_to_record(found.chunk) AS passage ("collectionId" uuid, "documentId" uuid, "documentVersion" int,
         ordinal int, text text, start int, "end" int, page int, headings text[], length int)
     WHERE found.chunk IS NOT NULL AND found."chunkId" NOT IN (SELECT id FROM alive)
   ), documents AS (
     SELECT document.id, document.workspace_id FROM document JOIN held ON held.workspace_id = document.workspace_id
     WHERE document.id IN (SELECT "documentId" FROM replaced) ORDER BY document.id FOR KEY SHARE OF document
   ), kept AS (
     INSERT INTO chunk (id, workspace_id, collection_id, document_id, document_version, ordinal, text, start, "end",
       page, headings, length)
     SELECT replaced.id, documents.workspace_id, "collectionId", "documentId", "documentVersion", ordinal, text, start,
       "end", page, headings, length
     FROM replaced JOIN documents ON documents.id = "documentId" ON CONFLICT (id) DO UPDATE SET ordinal = excluded.ordinal RETURNING id
   ), there AS (
     SELECT id FROM alive UNION ALL SELECT id FROM kept
   ), hits AS (
     INSERT INTO run_hit (run_id, rank, workspace_id, chunk_id, score, lexical, vector, rerank)
     SELECT held.id, rank, held.workspace_id, there.id, score, (scores ->> 'lexical')::float8,
       (scores ->> 'vector')::float8, (scores ->> 'rerank')::float8
     FROM found JOIN there ON there.id = found."chunkId", held
     -- Asked for, the removal comes first.
     WHERE (SELECT count(*) FROM removed) >= 0
   )
   UPDATE run SET retrieval_mode = $3::retrieval_mode, retrieval_underfilled = $4, prompt_version = $5
   FROM held WHERE run.id = held.id RETURNING run.id`,
)
