import type { Queryable } from '../db/database.ts'
import { type ClaimedDocument, readSlice } from '../db/sql/document-work.ts'

/** With four megabytes 200 MB of garbage were there before it was collected. */
const sliceBytes = 512 * 1024

/**
 * The bytes of a source, of which a large one is read in slices: pg receives a value as text of twice its size, and
 * holds it twice. @returns null where the source is gone
 */
export async function readSource(
  db: Queryable,
  documentId: string,
  version: number,
  { size, bytes }: Pick<ClaimedDocument, 'size' | 'bytes'>,
): Promise<Buffer | null> {
  if (bytes !== null) return bytes
  const whole = Buffer.allocUnsafe(size ?? 0)
  for (let from = 0; from < whole.length; from += sliceBytes) {
    const [row] = await readSlice(db, documentId, version, from, sliceBytes)
    // Another length: it was replaced meanwhile. The rest of the memory is not to be read.
    if (row?.slice.length !== Math.min(sliceBytes, whole.length - from)) return null
    row.slice.copy(whole, from)
  }
  return whole
}
