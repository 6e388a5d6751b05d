import { deleteDocuments } from '../resolvers/delete-documents.ts'
import { documentText } from '../resolvers/document-text.ts'
import { encodeGlobalId } from '../resolvers/global-id.ts'
import { limits } from '../resolvers/limits.ts'
import { listDocuments } from '../resolvers/list-documents.ts'
import { loadCollection } from '../resolvers/load-row.ts'
import { storedFailure } from '../resolvers/stored-json.ts'
import { builder } from './builder.ts'
import { Collection } from './collection.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'
import { DocumentStatus } from './enums.ts'
import { Failure } from './failure.ts'

/** Its chunks are declared in chunk.ts. */
export const Document = builder.prismaNode('Document', {
  description: 'One version-tracked source text.',
  id: { field: 'id' },
  fields: (t) => ({
    collection: t.field({
      type: Collection,
      tracing: true,
      resolve: ({ collectionId }, _args, context) => loadCollection(context, collectionId),
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The caller's own id for it, unique in the collection.",
    }),
    title: t.exposeString('title'),
    mimeType: t.exposeString('mimeType'),
    contentHash: t.exposeString('contentHash', {
      description: 'SHA-256 of the source bytes, lower-case hex.',
    }),
    version: t.exposeInt('version', {
      description: '1 for the first content, one more for each content that replaced it.',
    }),
    status: t.expose('status', { type: DocumentStatus }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why it is FAILED; null otherwise.',
      resolve: ({ failure }) => storedFailure(failure),
    }),
    attempts: t.exposeInt('attempts', { description: 'How many times its ingestion was attempted.' }),
    bytes: t.exposeInt('bytes', { description: 'Size of the source in bytes.' }),
    chunkCount: t.exposeInt('chunkCount'),
    language: t.exposeString('language', {
      nullable: true,
      description: 'BCP 47, as given or as detected in its content; null where it could not be told.',
    }),
    metadata: t.expose('metadata', { type: 'JSON' }),
    text: t.string({
      nullable: true,
      description:
        'The text extracted from its current content, which offsets of chunks and citations refer to; null until READY.',
      tracing: true,
      complexity: 20,
      resolve: (document, _args, context) => documentText(document, context),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    indexedAt: t.expose('indexedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its current content became searchable.',
    }),
  }),
})

export const DocumentConnection = connectionOf('Document', Document, { totalCount: true })

builder.prismaObjectField('Collection', 'documents', (t) =>
  t.field({
    type: DocumentConnection,
    args: { ...pageArguments, status: t.arg({ type: [DocumentStatus] }) },
    complexity: pageComplexity,
    tracing: true,
    resolve: ({ id }, args, context) => listDocuments({ collectionId: id }, args, context),
  }),
)

const DeleteDocumentsInput = builder.inputType('DeleteDocumentsInput', {
  fields: (t) => ({ ids: t.idList({ required: true, description: `At most ${limits.ids}.` }) }),
})

const DeleteDocumentsPayload = builder.objectRef<string[]>('DeleteDocumentsPayload').implement({
  fields: (t) => ({
    deletedDocumentIds: t.idList({ resolve: (ids) => ids.map((id) => encodeGlobalId('Document', id)) }),
  }),
})

builder.mutationField('deleteDocuments', (t) =>
  t.field({
    type: DeleteDocumentsPayload,
    args: { input: t.arg({ type: DeleteDocumentsInput, required: true }) },
    resolve: (_root, args, context) => deleteDocuments(args, context),
  }),
)
