import { listChunks } from '../resolvers/list-chunks.ts'
import { loadDocument } from '../resolvers/load-row.ts'
import { builder } from './builder.ts'
import { connectionOf, pageArguments, pageComplexity } from './connection.ts'
import { Document } from './document.ts'

export const Chunk = builder.prismaNode('Chunk', {
  description: `A passage of a document: what is embedded, searched and cited. One that a run cites stays readable
when a later version of the document replaces it, though it is no longer found by searches.`,
  id: { field: 'id' },
  fields: (t) => ({
    document: t.field({
      type: Document,
      tracing: true,
      resolve: ({ documentId }, _args, context) => loadDocument(context, documentId),
    }),
    documentVersion: t.exposeInt('documentVersion', {
      description: 'The version of the document it belongs to.',
    }),
    ordinal: t.exposeInt('ordinal', { description: 'Position in the document, from 0.' }),
    text: t.exposeString('text'),
    start: t.exposeInt('start', {
      description: "Offsets of text in the document's extracted text, in UTF-16 code units, end exclusive.",
    }),
    end: t.exposeInt('end'),
    page: t.exposeInt('page', { nullable: true, description: 'Page of a paged source, from 1.' }),
    headings: t.exposeStringList('headings', {
      description: 'Headings above the passage, outermost first.',
    }),
  }),
})

builder.prismaObjectField('Document', 'chunks', (t) =>
  t.field({
    type: connectionOf('Chunk', Chunk),
    args: pageArguments,
    complexity: pageComplexity,
    tracing: true,
    resolve: (document, args, context) => listChunks(document, args, context),
  }),
)
