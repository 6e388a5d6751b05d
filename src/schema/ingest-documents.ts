import type { Accepted, IngestResult as Result } from '../ingestion/ingestion.ts'
import { ingestDocuments } from '../resolvers/ingest-documents.ts'
import { limits } from '../resolvers/limits.ts'
import { builder } from './builder.ts'
import { Document } from './document.ts'
import { IngestOutcome } from './enums.ts'
import { Failure } from './failure.ts'
import { Ingestion } from './ingestion.ts'

const KiB = 1024
const MiB = 1024 * KiB

const DocumentSource = builder.inputType('DocumentSource', {
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: `At most ${limits.textBytes / MiB} MiB in UTF-8.` }),
    file: t.field({
      type: 'File',
      description: `A multipart request, of which one file has at most ${limits.fileBytes / MiB} MiB.`,
    }),
    url: t.string({
      description: `http or https, public addresses only. At most ${limits.urlCharacters} characters. Fetched in the
background, and each time it is given again: then UPDATED says that it is looked at, and the version
grows only where its content changed.`,
    }),
  }),
})

const DocumentInput = builder.inputType('DocumentInput', {
  fields: (t) => ({
    externalId: t.string({
      description: `The caller's id: the same id with other content replaces the document, with the same content
leaves it unchanged. Without one, equal content is the same document, and what is given by its URL has that as its id.
1 to ${limits.externalIdCharacters} characters.`,
    }),
    title: t.string({
      description: `Taken from the source where absent. At most ${limits.titleCharacters} characters.`,
    }),
    source: t.field({ type: DocumentSource, required: true }),
    mimeType: t.string({
      description: `Recognised from the source where absent. Where given, it decides what the content leaves open,
such as Markdown or plain text; a URL's own server says that instead. At most ${limits.mimeTypeCharacters} characters.`,
    }),
    metadata: t.field({
      type: 'JSON',
      description: `An object of at most ${limits.metadataBytes / KiB} KiB serialised, ${limits.metadataDepth} levels deep.`,
    }),
    language: t.string({
      description: `Of the content, as BCP 47 (de, pt-BR): its words are stemmed by it. Detected where absent.`,
    }),
  }),
})

const IngestDocumentsInput = builder.inputType('IngestDocumentsInput', {
  fields: (t) => ({
    collection: t.string({
      required: true,
      defaultValue: 'default',
      description: "Created when it does not exist. 1 to 63 lower-case letters, digits, '-' and '_'.",
    }),
    documents: t.field({
      type: [DocumentInput],
      required: true,
      description: `1 to ${limits.documentsPerCall}.`,
    }),
  }),
})

const IngestResult = builder.objectRef<Result>('IngestResult').implement({
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position in the input.' }),
    outcome: t.expose('outcome', { type: IngestOutcome }),
    document: t.expose('document', {
      type: Document,
      nullable: true,
      description: 'Null where it was rejected.',
    }),
    failure: t.expose('failure', { type: Failure, nullable: true }),
  }),
})

const IngestDocumentsPayload = builder.objectRef<Accepted>('IngestDocumentsPayload').implement({
  fields: (t) => ({
    ingestion: t.expose('ingestion', {
      type: Ingestion,
      nullable: true,
      description: 'Null where no document needed work.',
    }),
    results: t.field({ type: [IngestResult], resolve: ({ results }) => [...results] }),
  }),
})

builder.mutationField('ingestDocuments', (t) =>
  t.field({
    type: IngestDocumentsPayload,
    description: `Accepts documents and queues their ingestion. Document rows, their content and the jobs are
committed in one transaction. One result per document, in input order: a bad document is
rejected alone. Repeating a call changes nothing and queues nothing, except that a URL is asked again
whether its content changed.`,
    args: { input: t.arg({ type: IngestDocumentsInput, required: true }) },
    resolve: (_root, args, context) => ingestDocuments(args, context),
  }),
)
