import { expect, test } from 'vitest'
import type { Context } from '../../src/resolvers/context.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import { contextOf, execute, refusal, type Variables } from './testkit.ts'

const uuid = '01940000-0000-7000-8000-000000000001'
const documentId = encodeGlobalId('Document', uuid)
const runId = encodeGlobalId('Run', uuid)
const conversationId = encodeGlobalId('Conversation', uuid)

// Nothing is called: every refusal comes before the domain.
const context: Context = contextOf({}, {})

async function refuse(operation: string, type: string, input: Variables) {
  const fields: Record<string, string> = {
    ingestDocuments: 'results { index }',
    deleteDocuments: 'deletedDocumentIds',
    deleteCollection: 'deletedDocuments',
    deleteConversation: 'deletedConversationId',
    retrieve: 'mode',
  }
  const kind = operation === 'retrieve' ? 'query' : 'mutation'
  const source = `${kind} ($input: ${type}!) { ${operation}(input: $input) { ${fields[operation] ?? 'id'} } }`
  return refusal(await execute(context, source, { input }))
}

const x = (count: number) => 'x'.repeat(count)
const filled = (count: number, value: unknown) => Array(count).fill(value)
const filter = (field: string, value: unknown) => ({ query: 'q', filter: { [field]: value } })
const metadata = (condition: object) => filter('metadata', [{ path: ['a'], ...condition }])
const nested = (levels: number) => {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = { a: value }
  return value
}

test.each([
  ['query', { query: x(8_001) }, 8_000],
  ['query', { query: '' }, 8_000],
  ['query', { query: ' \n' }, undefined],
  ['query', { query: 'a\0b' }, undefined],
  ['query', { query: 'a\ud800b' }, undefined],
  ['collection', { query: 'q', collection: 'Upper' }, 63],
  ['collection', { query: 'q', collection: x(64) }, 63],
  ['collection', { query: 'q', collection: '' }, 63],
  ['topK', { query: 'q', topK: 0 }, 100],
  ['topK', { query: 'q', topK: 101 }, 100],
  ['minScore', { query: 'q', minScore: 1.1 }, 1],
  ['minScore', { query: 'q', minScore: -0.1 }, 1],
  ['filter.documentIds', filter('documentIds', filled(101, documentId)), 100],
  ['filter.documentIds[1]', filter('documentIds', [documentId, runId]), undefined],
  ['filter.externalIds', filter('externalIds', filled(101, 'a')), 100],
  ['filter.externalIds[0]', filter('externalIds', [x(513)]), 512],
  ['filter.mimeTypes', filter('mimeTypes', filled(101, 'a')), 100],
  ['filter.mimeTypes[0]', filter('mimeTypes', ['']), 255],
  ['filter.metadata', filter('metadata', filled(11, { path: ['a'], equals: 1 })), 10],
  ['filter.metadata[0].path', metadata({ path: [], equals: 1 }), 8],
  ['filter.metadata[0].path', metadata({ path: filled(9, 'a'), equals: 1 }), 8],
  ['filter.metadata[0].path[0]', metadata({ path: [x(129)], equals: 1 }), 128],
  ['filter.metadata[0]', metadata({}), undefined],
  ['filter.metadata[0]', metadata({ equals: 1, exists: true }), undefined],
  ['filter.metadata[0]', metadata({ gte: 1, lte: 2 }), undefined],
  ['filter.metadata[0].gte', metadata({ gte: true }), undefined],
  ['filter.metadata[0].lte', metadata({ lte: [1] }), undefined],
  ['filter.metadata[0].in', metadata({ in: [] }), 100],
  ['filter.metadata[0].in', metadata({ in: filled(101, 1) }), 100],
  ['filter.metadata[0].in[1]', metadata({ in: ['ok', 'a\0'] }), undefined],
  ['filter.metadata[0].equals', metadata({ equals: nested(9) }), 8],
  ['filter.metadata[0].equals', metadata({ equals: nested(20_000) }), 8],
  ['filter.metadata[0].equals', metadata({ equals: x(16 * 1024) }), 16 * 1024],
  ['filter.metadata[0].equals', metadata({ equals: { '\ud800': 1 } }), undefined],
])('retrieve names %s and its limit', async (field, input, limit) => {
  expect(await refuse('retrieve', 'RetrieveInput', input)).toEqual({
    code: 'BAD_USER_INPUT',
    field,
    ...(limit !== undefined && { limit }),
  })
})

const document = { source: { text: 'a' } }

test.each([
  ['createCollection', 'CreateCollectionInput', { name: 'a b' }, 'name', 63],
  ['createCollection', 'CreateCollectionInput', { name: 'a', description: x(1_001) }, 'description', 1_000],
  ['createCollection', 'CreateCollectionInput', { name: 'a', description: '\0' }, 'description', undefined],
  ['deleteCollection', 'DeleteCollectionInput', { name: 'ä' }, 'name', 63],
  ['ingestDocuments', 'IngestDocumentsInput', { documents: [] }, 'documents', 100],
  ['ingestDocuments', 'IngestDocumentsInput', { documents: filled(101, document) }, 'documents', 100],
  ['ingestDocuments', 'IngestDocumentsInput', { collection: '', documents: [document] }, 'collection', 63],
  ['retryIngestion', 'RetryIngestionInput', { ingestionId: documentId }, 'ingestionId', undefined],
  ['cancelIngestion', 'CancelIngestionInput', { ingestionId: 'x' }, 'ingestionId', undefined],
  ['deleteDocuments', 'DeleteDocumentsInput', { ids: filled(101, documentId) }, 'ids', 100],
  ['deleteDocuments', 'DeleteDocumentsInput', { ids: [documentId, ''] }, 'ids[1]', undefined],
  ['askQuestion', 'AskQuestionInput', { question: x(8_001) }, 'question', 8_000],
  ['askQuestion', 'AskQuestionInput', { question: ' ' }, 'question', undefined],
  ['askQuestion', 'AskQuestionInput', { question: 'q', topK: 101 }, 'topK', 100],
  ['askQuestion', 'AskQuestionInput', { question: 'q', requestId: '' }, 'requestId', 200],
  ['askQuestion', 'AskQuestionInput', { question: 'q', requestId: x(201) }, 'requestId', 200],
  ['askQuestion', 'AskQuestionInput', { question: 'q', conversationId: runId }, 'conversationId', undefined],
  ['askQuestion', 'AskQuestionInput', { question: 'q', conversationId: '' }, 'conversationId', undefined],
  ['cancelRun', 'CancelRunInput', { runId: documentId }, 'runId', undefined],
  ['deleteConversation', 'DeleteConversationInput', { conversationId: runId }, 'conversationId', undefined],
  [
    'renameConversation',
    'RenameConversationInput',
    { conversationId: runId, title: 'a' },
    'conversationId',
    undefined,
  ],
  ['renameConversation', 'RenameConversationInput', { conversationId, title: '' }, 'title', 200],
  ['renameConversation', 'RenameConversationInput', { conversationId, title: ' \n' }, 'title', undefined],
  ['renameConversation', 'RenameConversationInput', { conversationId, title: x(201) }, 'title', 200],
  ['renameConversation', 'RenameConversationInput', { conversationId, title: 'a\ud800' }, 'title', undefined],
  [
    'forkConversation',
    'ForkConversationInput',
    { conversationId: runId, upToRunId: runId },
    'conversationId',
    undefined,
  ],
  [
    'forkConversation',
    'ForkConversationInput',
    { conversationId, upToRunId: conversationId },
    'upToRunId',
    undefined,
  ],
  [
    'forkConversation',
    'ForkConversationInput',
    { conversationId, upToRunId: runId, title: ' ' },
    'title',
    undefined,
  ],
  [
    'forkConversation',
    'ForkConversationInput',
    { conversationId, upToRunId: runId, title: x(201) },
    'title',
    200,
  ],
])('%s(%s %j) names %s and its limit', async (operation, type, input, field, limit) => {
  expect(await refuse(operation, type, input)).toEqual({
    code: 'BAD_USER_INPUT',
    field,
    ...(limit !== undefined && { limit }),
  })
})

test.each([
  ['no source', {}],
  ['two sources', { text: 'a', url: 'https://example.org' }],
  ['a null source', { text: null }],
  ['a source and a null', { text: 'a', file: null }],
])('a document with %s is refused', async (_what, source) => {
  const refused = await refuse('ingestDocuments', 'IngestDocumentsInput', { documents: [{ source }] })
  expect(refused.code).toMatch(/Exactly one key|must be non-null/)
})

test('an operation that asks for too much is refused before it starts', async () => {
  const source = `{ collections(first: 100) { edges { node {
    documents(first: 100) { edges { node { chunks(first: 100) { edges { node { text } } } } } } } } } }`
  // Estimated once a context: every operation has its own.
  expect(refusal(await execute(contextOf({}, {}), source))).toEqual({ code: 'TOO_COMPLEX', limit: 20_000 })
})
