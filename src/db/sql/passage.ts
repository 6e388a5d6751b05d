/** The columns of a passage that a search returns, named as Prisma names them. */
export const passageColumns = `chunk.id, chunk.workspace_id AS "workspaceId", chunk.collection_id AS "collectionId",
  chunk.document_id AS "documentId", chunk.document_version AS "documentVersion", chunk.ordinal, chunk.text,
  chunk.start, chunk."end", chunk.page, chunk.headings, chunk.length`

export interface PassageRow {
  id: string
  workspaceId: string
  collectionId: string
  documentId: string
  documentVersion: number
  ordinal: number
  text: string
  start: number
  end: number
  page: number | null
  headings: string[]
  length: number
}
