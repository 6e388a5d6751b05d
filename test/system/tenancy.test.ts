import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { chatStream, ingestionProgress } from '../testkit/app/operations.ts'
import { type Result, type Session, transports } from '../testkit/app/session.ts'

const scopes = ['READ', 'WRITE', 'ADMIN'] as const
let app: TestApp
let a: Session
let b: Session
/** Ids of workspace A, by type. */
const ids: Record<string, string> = {}

beforeAll(async () => {
  app = await bootApp({ keys: { a: { workspace: 'a', scopes }, b: { workspace: 'b', scopes } } })
  a = app.session('a')
  b = app.session('b')
  const ours = await ingestReady(a, 'default', texts({ plan: 'The secret plan is called Heron.' }))
  await ingestReady(b, 'default', texts({ plan: 'The public plan is called Sparrow.' }))
  const run = await a.client.ask({ question: 'What is the secret plan called?', requestId: 'same' })
  expect(run.answer?.text).toContain('Heron')
  const { viewer, collection } = await a.query(
    '{ viewer { workspace { id } } collection(name: "default") { id } }',
  )
  Object.assign(ids, {
    Document: ours.ids[0],
    Ingestion: ours.ingestionId,
    Run: run.id,
    Conversation: run.conversation.id,
    Chunk: run.retrieval?.hits[0]?.chunk.id,
    Collection: collection.id,
    Workspace: viewer.workspace.id,
  })
})
afterAll(() => app[Symbol.asyncDispose]())

/** An id of the type that nobody has: what it is answered with is what a foreign one has to be answered with. */
const nobodys = (type: string) => Buffer.from(`${type}:${randomUUID()}`).toString('base64url')
const answerOf = ({ data, errors, status }: Result & { status?: number }) => ({ data, errors, status })

test('every id of A is unknown to B through node and nodes', async () => {
  const all = Object.values(ids)
  expect(all).toHaveLength(7)
  const { nodes } = await b.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: all })
  expect(nodes).toEqual(all.map(() => null))
  for (const id of all)
    expect((await b.query('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
  const { nodes: own } = await a.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: all })
  expect(own).toEqual(all.map((id) => ({ id })))
})

test.each([
  ['cancelRun', 'Run', 'mutation ($id: ID!) { cancelRun(input: { runId: $id }) { id status } }'],
  [
    'cancelIngestion',
    'Ingestion',
    'mutation ($id: ID!) { cancelIngestion(input: { ingestionId: $id }) { id } }',
  ],
  [
    'retryIngestion',
    'Ingestion',
    'mutation ($id: ID!) { retryIngestion(input: { ingestionId: $id }) { id } }',
  ],
  [
    'deleteConversation',
    'Conversation',
    'mutation ($id: ID!) { deleteConversation(input: { conversationId: $id }) { deletedConversationId } }',
  ],
  [
    'renameConversation',
    'Conversation',
    'mutation ($id: ID!) { renameConversation(input: { conversationId: $id, title: "B" }) { id title } }',
  ],
  [
    'askQuestion.conversationId',
    'Conversation',
    'mutation ($id: ID!) { askQuestion(input: { question: "Go on", conversationId: $id }) { id } }',
  ],
  [
    'askQuestion.filter.documentIds',
    'Document',
    'mutation ($id: ID!) { askQuestion(input: { question: "secret plan", filter: { documentIds: [$id] } }) { status answer { text } retrieval { hits { rank } underfilled } } }',
  ],
  [
    'retrieve.filter.documentIds',
    'Document',
    '{ retrieve(input: { query: "plan", filter: { documentIds: [$id] } }) { hits { rank } underfilled } }',
  ],
  [
    'deleteDocuments',
    'Document',
    'mutation ($id: ID!) { deleteDocuments(input: { ids: [$id] }) { deletedDocumentIds } }',
  ],
])('%s answers B about an id of A as about one that is nowhere', async (_name, type, source) => {
  const operation = source.startsWith('{') ? `query ($id: ID!) ${source}` : source
  const foreign = answerOf(await b.send(operation, { id: ids[type] }))
  expect(foreign).toEqual(answerOf(await b.send(operation, { id: nobodys(type) })))
  expect(JSON.stringify(foreign)).not.toContain('Heron')
})

test('B cannot fork a conversation of A, nor copy a run of A into one of its own', async () => {
  const own = await b.client.ask({ question: 'What is the plan called?' })
  const fork = async (conversationId?: string, upToRunId?: string) =>
    answerOf(
      await b.send(
        'mutation ($input: ForkConversationInput!) { forkConversation(input: $input) { id title } }',
        { input: { conversationId, upToRunId } },
      ),
    )
  const nowhere = await fork(nobodys('Conversation'), nobodys('Run'))
  expect(await fork(ids.Conversation, ids.Run)).toEqual(nowhere)
  const unknownRun = await fork(own.conversation.id, nobodys('Run'))
  expect(unknownRun.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  expect(await fork(own.conversation.id, ids.Run)).toEqual(unknownRun)
})

test.each(transports)('a run and an ingestion of A cannot be followed by B over %s', async (transport) => {
  const first = async (query: string, variables: object) => {
    try {
      return (await b.subscribe(transport, query, variables).next()).value
    } catch (error) {
      return error
    }
  }
  const resume = (runId: string | undefined) =>
    first(chatStream, { input: { resume: { runId, afterSeq: 0 } } })
  const follow = (ingestionId: string | undefined) => first(ingestionProgress, { ingestionId })
  const foreignRun = JSON.stringify(await resume(ids.Run))
  expect(foreignRun).toContain('NOT_FOUND')
  expect(foreignRun).toBe(JSON.stringify(await resume(nobodys('Run'))))
  const foreignIngestion = JSON.stringify(await follow(ids.Ingestion))
  expect(foreignIngestion).toContain('NOT_FOUND')
  expect(foreignIngestion).toBe(JSON.stringify(await follow(nobodys('Ingestion'))))
})

test('the same names, external ids, contents and request ids in two workspaces are two things', async () => {
  const run = await b.client.ask({ question: 'What is the plan called?', requestId: 'same' })
  expect(run.id).not.toBe(ids.Run)
  expect(run.answer?.text).toContain('Sparrow')
  expect(JSON.stringify(run)).not.toContain('Heron')
  const { hits } = await b.client.retrieve({ query: 'secret plan Heron', topK: 100 })
  expect(hits.map(({ chunk }) => chunk.text)).toEqual(['The public plan is called Sparrow.'])
  const same = await b.client.ingest({ documents: texts({ copy: 'The secret plan is called Heron.' }) })
  expect(same.results).toMatchObject([{ outcome: 'CREATED', document: { version: 1 } }])
  const listed = await b.query(
    '{ collections { edges { node { id } } } conversations { edges { node { id } } } }',
  )
  expect(JSON.stringify(listed)).not.toContain(ids.Collection)
  expect(JSON.stringify(listed)).not.toContain(ids.Conversation)
})

test('what A had is all there after everything that B tried', async () => {
  const { node, collection } = await a.query(
    `query ($id: ID!) { node(id: $id) { ... on Run { status answer { text } } }
       collection(name: "default") { stats { documents chunks } } }`,
    { id: ids.Run },
  )
  expect(node).toMatchObject({ status: 'COMPLETED' })
  expect(node.answer.text).toContain('Heron')
  expect(collection.stats).toEqual({ documents: 1, chunks: 1 })
})
