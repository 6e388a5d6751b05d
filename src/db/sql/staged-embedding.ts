import { statement } from '../statement.ts'

const family = 'staged_embedding'

/** Whose vectors are staged, and the attempt that stages them. */
type Attempt = [documentId: string, version: number, fence: number, reindex: boolean]

/** Empty where the attempt is void. Holds the document, so that it is not deleted before the statement ends. */
const attempt = `attempt AS MATERIALIZED (
  SELECT id FROM document
  WHERE id = $1 AND version = $2 AND fence = $3
    AND CASE WHEN $4 THEN status = 'READY' AND indexed_version = $2
        ELSE status IN ('PARSING', 'CHUNKING', 'EMBEDDING') END
  FOR KEY SHARE)`

/** The hash at a place, from 1, of a parameter that has them one after the other. */
const hashAt = (parameter: string, place: string) =>
  `substring(${parameter}::bytea FROM 32 * ${place}::int - 31 FOR 32)`

/** Stages those of the texts that searchable chunks of the document have vectors of. @returns as stageVectors does */
export const stageKnown = statement<[...Attempt, spaceId: number, hashes: Buffer], { id: string }>(
  family,
  'stage_known',
  `WITH ${attempt},
   staged AS (
     INSERT INTO staged_embedding (document_id, space_id, input_hash, embedding)
     SELECT attempt.id, $5, old.input_hash, old.embedding
     FROM attempt JOIN chunk ON chunk.document_id = attempt.id AND chunk.term_ids IS NOT NULL
       JOIN chunk_embedding AS old ON old.space_id = $5 AND old.chunk_id = chunk.id
     WHERE old.input_hash IN (
       SELECT ${hashAt('$6', 'place')} FROM generate_series(1, length($6::bytea) / 32) AS place)
     ON CONFLICT DO NOTHING)
   SELECT id FROM attempt`,
)

/** The texts whose vectors are staged: their hashes, one after the other. */
export const stagedHashes = statement<[documentId: string, spaceId: number], { hashes: Buffer | null }>(
  family,
  'staged_hashes',
  `SELECT string_agg(input_hash, ''::bytea) AS hashes FROM staged_embedding WHERE document_id = $1 AND space_id = $2`,
)

/** @returns the document, or nothing where the attempt is void: then nothing was staged */
export const stageVectors = statement<
  [...Attempt, spaceId: number, hashes: Buffer, vectors: string[]],
  { id: string }
>(
  family,
  'stage_vectors',
  `WITH ${attempt},
   staged AS (
     INSERT INTO staged_embedding (document_id, space_id, input_hash, embedding)
     SELECT attempt.id, $5, ${hashAt('$6', 'place')}, vector::halfvec
     FROM attempt, unnest($7::text[]) WITH ORDINALITY AS given (vector, place)
     ON CONFLICT DO NOTHING)
   SELECT id FROM attempt`,
)

/** Gives chunks the staged vectors of their texts. @returns how many there were */
export const takeVectors = statement<
  [
    documentId: string,
    spaceId: number,
    workspaceId: string,
    collectionId: string,
    chunkIds: string[],
    hashes: Buffer,
  ],
  { taken: number }
>(
  family,
  'take_vectors',
  `WITH taken AS (
     INSERT INTO chunk_embedding (space_id, workspace_id, collection_id, chunk_id, embedding, input_hash)
     SELECT $2, $3, $4, given.chunk_id, staged.embedding, staged.input_hash
     FROM unnest($5::uuid[]) WITH ORDINALITY AS given (chunk_id, place)
       JOIN staged_embedding AS staged
         ON staged.document_id = $1 AND staged.space_id = $2 AND staged.input_hash = ${hashAt('$6', 'place')}
     RETURNING 1)
   SELECT count(*)::int AS taken FROM taken`,
)

/** Of every space: what was staged for another model goes, too. */
export const clearStaged = statement<[documentId: string], never>(
  family,
  'clear_staged',
  'DELETE FROM staged_embedding WHERE document_id = $1',
)
