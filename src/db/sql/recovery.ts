import { statement } from '../statement.ts'

const family = 'recovery'

/** One process at a time, until its transaction ends. @returns whether this one may */
export const tryRecoveryLock = statement<[], { held: boolean }>(
  family,
  'try_lock',
  `SELECT pg_try_advisory_xact_lock(hashtextextended('ingestion_recovery', 0)) AS held`,
)

/**
 * Documents that wait or are worked on and have not changed for `idleSeconds`, although there is no job for them, nor
 * a dead letter that would end them.
 */
export const lostDocuments = statement<
  [idleSeconds: number, limit: number],
  { workspace_id: string; collection_id: string; ingestion_id: string; document_id: string; version: number }
>(
  family,
  'lost_documents',
  `SELECT ingestion.workspace_id, ingestion.collection_id, work.ingestion_id, work.document_id, work.version
   FROM ingestion JOIN ingestion_document AS work ON work.ingestion_id = ingestion.id
     JOIN document ON document.id = work.document_id AND document.version = work.version
   WHERE ingestion.finished_at IS NULL AND ingestion.created_at < now() - make_interval(secs => $1)
     AND work.status IN ('QUEUED', 'RUNNING') AND document.status NOT IN ('READY', 'FAILED', 'CANCELLED')
     AND document.updated_at < now() - make_interval(secs => $1)
     AND NOT EXISTS (
       SELECT FROM pgboss.job
       WHERE job.name IN ('ingest-document', 'ingest-document-dead') AND job.state <= 'active'
         AND (job.data ->> 'documentId')::uuid = work.document_id AND (job.data ->> 'version')::int = work.version)
   ORDER BY work.document_id LIMIT $2 FOR UPDATE OF work SKIP LOCKED`,
)

/** Ingestions that nobody ended although nothing of them is left to do: whoever would have, died. */
export const unsettledIngestions = statement<[idleSeconds: number, limit: number], { id: string }>(
  family,
  'unsettled_ingestions',
  `SELECT id FROM ingestion
   WHERE finished_at IS NULL AND created_at < now() - make_interval(secs => $1) AND NOT EXISTS (
     SELECT FROM ingestion_document AS work
     WHERE work.ingestion_id = ingestion.id AND work.status IN ('QUEUED', 'RUNNING'))
   ORDER BY id LIMIT $2`,
)

/** Collections with words that are not folded into their statistics. */
export const unfoldedCollections = statement<[], { workspace_id: string; collection_id: string }>(
  family,
  'unfolded_collections',
  'SELECT DISTINCT workspace_id, collection_id FROM lexical_delta',
)
