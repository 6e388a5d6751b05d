import { statement } from '../statement.ts'

/** Workers listen here; the payload is the id of a document whose running attempt is void. */
export const voidedChannel = 'groundwire_voided'

/** Heard when the transaction commits. */
export const notifyVoided = statement<[documentIds: string[]], never>(
  'voided_work',
  'notify',
  `SELECT pg_notify('${voidedChannel}', id::text) FROM document
   WHERE id = ANY($1::uuid[]) AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING')`,
)

export const notifyVoidedCollection = statement<[collectionId: string], never>(
  'voided_work',
  'notify_collection',
  `SELECT pg_notify('${voidedChannel}', id::text) FROM document
   WHERE collection_id = $1 AND status IN ('PARSING', 'CHUNKING', 'EMBEDDING')`,
)
