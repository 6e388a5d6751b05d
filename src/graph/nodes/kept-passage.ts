import type { HitColumns } from '../../db/sql/run-hit.ts'
import type { Chunk } from '../../generated/prisma/client.ts'

/** What it takes to put a passage back that is replaced before the run has recorded it. */
export function keptPassage(chunk: Chunk): NonNullable<HitColumns['chunk']> {
  const { collectionId, documentId, documentVersion, ordinal, text, start, end, page, headings, length } =
    chunk
  return { collectionId, documentId, documentVersion, ordinal, text, start, end, page, headings, length }
}
