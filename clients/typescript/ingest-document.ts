import type { DocumentInput, FailureCode, IngestDocumentsMutation } from './generated/graphql.ts'
import { isLocalFile, type LocalFile, openLocalFile } from './local-file.ts'

/** A document to send: the contract's, whose file may also be named by its path. */
export interface IngestDocument extends Omit<DocumentInput, 'source'> {
  readonly source:
    | DocumentInput['source']
    | { readonly file: LocalFile; readonly text?: never; readonly url?: never }
}

export type IngestResult = IngestDocumentsMutation['ingestDocuments']['results'][number]

/** As it is sent, or why it is not. */
export type OpenedDocument = { readonly input: DocumentInput } | { readonly failure: Failure }

type Failure = NonNullable<IngestResult['failure']>

/** Opens a document's file. One that cannot be read is rejected alone, as the server would. */
export async function openDocument(
  document: IngestDocument,
  { fileBytes, buffered }: { readonly fileBytes: number; readonly buffered: boolean },
): Promise<OpenedDocument> {
  const { source } = document
  if (!source.file) return { input: { ...document, source } }
  try {
    const file = isLocalFile(source.file) ? await openLocalFile(source.file, buffered) : source.file
    if (file.size > fileBytes) {
      return rejected('TOO_LARGE', `The file has ${file.size} bytes; at most ${fileBytes} are accepted.`)
    }
    return { input: { ...document, source: { file } } }
  } catch (error) {
    const reason = (error as { code?: unknown }).code ?? (error instanceof Error ? error.message : error)
    return rejected('UNREADABLE', `The file cannot be read: ${reason}`)
  }
}

function rejected(code: FailureCode, message: string): OpenedDocument {
  return { failure: { code, message, retryable: false } }
}
