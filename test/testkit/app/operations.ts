import {
  ChatStreamDocument,
  IngestDocumentsDocument,
  IngestionProgressDocument,
} from '../../../clients/typescript/generated/graphql.ts'

/** The client's own operations as text, for the transports that other clients speak. */
export const chatStream = ChatStreamDocument.toString()
export const ingestDocuments = IngestDocumentsDocument.toString()
export const ingestionProgress = IngestionProgressDocument.toString()
