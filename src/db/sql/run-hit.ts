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

/** Without those whose document was deleted since. */
export const insertHits = statement<[runId: string, hits: string], Record<string, never>>(
  family,
  'insert',
  `WITH found AS (
     SELECT * FROM jsonb_to_recordset($2::jsonb) AS h (rank int, score float8, scores jsonb, "chunkId" uuid)
   ), alive AS (
     SELECT chunk.id FROM chunk JOIN run ON run.id = $1::uuid AND run.workspace_id = chunk.workspace_id
     WHERE chunk.id IN (SELECT "chunkId" FROM found) FOR KEY SHARE OF chunk
   )
   INSERT INTO run_hit (run_id, rank, workspace_id, chunk_id, score, lexical, vector, rerank)
   SELECT run.id, rank, run.workspace_id, alive.id, score, (scores ->> 'lexical')::float8,
     (scores ->> 'vector')::float8, (scores ->> 'rerank')::float8
   FROM found JOIN alive ON alive.id = found."chunkId" JOIN run ON run.id = $1::uuid`,
)
