import { BadUserInputError } from '../errors.ts'
import type { Accepted, DocumentDraft, DocumentSource } from '../ingestion/ingestion.ts'
import type { UploadedFile } from '../ingestion/uploaded-file.ts'
import type { Context } from './context.ts'
import { limits } from './limits.ts'
import { requireCount } from './range-input.ts'
import { requireCollectionName } from './text-input.ts'

interface SourceInput {
  readonly text?: string | null | undefined
  readonly file?: UploadedFile | null | undefined
  readonly url?: string | null | undefined
}

export interface IngestDocumentsArgs {
  readonly input: {
    readonly collection: string
    readonly documents: readonly {
      readonly externalId?: string | null | undefined
      readonly title?: string | null | undefined
      readonly source: SourceInput
      readonly mimeType?: string | null | undefined
      readonly metadata?: unknown
      readonly language?: string | null | undefined
    }[]
  }
}

/** Only what concerns the whole call is refused here: a bad document is rejected alone, by accept. */
export async function ingestDocuments(
  { input }: IngestDocumentsArgs,
  { caller, services }: Context,
): Promise<Accepted> {
  const collection = requireCollectionName('collection', input.collection)
  const documents = requireCount('documents', input.documents, 1, limits.documentsPerCall)
  const drafts = documents.map(
    (document, index): DocumentDraft => ({
      externalId: document.externalId ?? null,
      title: document.title ?? null,
      source: parseSource(`documents[${index}].source`, document.source),
      mimeType: document.mimeType ?? null,
      metadata: document.metadata ?? null,
      language: document.language ?? null,
    }),
  )
  return services.ingestions.accept(caller, collection, drafts)
}

function parseSource(field: string, { text, file, url }: SourceInput): DocumentSource {
  if (typeof text === 'string') return { text }
  if (typeof url === 'string') return { url }
  if (file !== undefined && file !== null) return { file }
  // @oneOf has been checked; a File variable without its upload is still null.
  throw new BadUserInputError(field, 'must have exactly one of text, file, url')
}
