import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import { followed } from './followed.ts'
import { seedChunk, seedCollection, seedDocument, seedWorkspace } from './seed.ts'
import { collect, contextOf, open, openTestDatabase, type TestDatabase } from './testkit.ts'

let db: TestDatabase
let workspaceId: string
let conversationId: string
let runId: string
beforeAll(async () => {
  db = await openTestDatabase()
  const { prisma } = db.database
  workspaceId = await seedWorkspace(prisma, 'streams')
  const collectionId = await seedCollection(prisma, workspaceId, 'default')
  const documentId = await seedDocument(prisma, { workspaceId, collectionId }, 'doc')
  const chunk = await seedChunk(prisma, { workspaceId, collectionId }, documentId, 0)
  conversationId = (await prisma.conversation.create({ data: { workspaceId, title: 'talk' } })).id
  const stored = { text: 'Yes [1].', grounded: true, finishReason: 'STOP', model: 'm', usage: null }
  const created = await prisma.run.create({
    data: {
      workspaceId,
      conversationId,
      question: 'why?',
      input: {},
      status: 'COMPLETED',
      retrievalMode: 'HYBRID',
      retrievalUnderfilled: true,
      answer: stored,
      hits: { create: { workspaceId, rank: 1, score: 0.5, vector: 0.25, chunkId: chunk.id } },
      citations: {
        create: [
          {
            workspaceId,
            ordinal: 0,
            marker: 1,
            chunkId: chunk.id,
            quote: 'q',
            start: 0,
            end: 1,
            verified: true,
          },
          { workspaceId, ordinal: 1, marker: 2, verified: false },
        ],
      },
    },
  })
  runId = created.id
})
afterAll(() => db[Symbol.asyncDispose]())

const everyEvent = `__typename seq runId
  ... on RunStarted { conversationId }
  ... on SourcesRetrieved { retrieval { mode underfilled hits { rank score scores { lexical vector } chunk { text } } } }
  ... on AnswerDelta { text }
  ... on AnswerReset { reason }
  ... on RunCompleted { run { status answer { text usage { promptTokens } citations { marker quote chunk { ordinal } } } } }
  ... on RunFailed { failure { code retryable } run { id } }
  ... on RunCancelled { run { id } }`

test('every event has its type, ids are global, and a run is read when it is told of', async () => {
  const failure = { code: 'TIMEOUT', message: 'm', retryable: true } as const
  const { runs, calls } = followed([
    { seq: 1, runId, type: 'RunStarted', conversationId },
    { seq: 2, runId, type: 'SourcesRetrieved' },
    { seq: 3, runId, type: 'AnswerDelta', text: 'Yes' },
    { seq: 4, runId, type: 'AnswerReset', reason: 'r' },
    { seq: 5, runId, type: 'RunCompleted' },
    { seq: 6, runId, type: 'RunFailed', failure },
    { seq: 7, runId, type: 'RunCancelled' },
  ])
  const context = contextOf({ workspaceId }, { database: db.database, runs })
  const id = encodeGlobalId('Run', runId)
  const source = `subscription { chatStream(input: { resume: { runId: "${id}", afterSeq: 3 } }) { ${everyEvent} } }`

  const events = (await collect(await open(context, source))).map(({ chatStream }) => chatStream)

  expect(calls).toEqual([[runId, 3]])
  expect(events.every((event) => event.runId === id)).toBe(true)
  expect(events.map(({ __typename, seq, runId: _, ...rest }) => [seq, __typename, rest])).toEqual([
    [1, 'RunStarted', { conversationId: encodeGlobalId('Conversation', conversationId) }],
    [
      2,
      'SourcesRetrieved',
      {
        retrieval: {
          mode: 'HYBRID',
          underfilled: true,
          hits: [
            { rank: 1, score: 0.5, scores: { lexical: null, vector: 0.25 }, chunk: { text: 'passage 0' } },
          ],
        },
      },
    ],
    [3, 'AnswerDelta', { text: 'Yes' }],
    [4, 'AnswerReset', { reason: 'r' }],
    [
      5,
      'RunCompleted',
      {
        run: {
          status: 'COMPLETED',
          answer: {
            text: 'Yes [1].',
            usage: null,
            citations: [
              { marker: 1, quote: 'q', chunk: { ordinal: 0 } },
              { marker: 2, quote: null, chunk: null },
            ],
          },
        },
      },
    ],
    [6, 'RunFailed', { failure: { code: 'TIMEOUT', retryable: true }, run: { id } }],
    [7, 'RunCancelled', { run: { id } }],
  ])
})
