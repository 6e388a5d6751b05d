import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BadUserInputError, NotFoundError } from '../../src/errors.ts'
import type { Ingestion } from '../../src/generated/prisma/client.ts'
import type { IngestionCounts, Ingestions } from '../../src/ingestion/ingestion.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import type { AskRequest, ChatEvent, Runs } from '../../src/runs/runs.ts'
import { seedChunk, seedCollection, seedDocument, seedWorkspace } from './seed.ts'
import { contextOf, type Data, open, openTestDatabase, refusal, type TestDatabase } from './testkit.ts'

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

async function* yieldAll<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items
}

function follow(events: readonly ChatEvent[]) {
  const calls: unknown[][] = []
  const runs = {
    follow(_caller, id, afterSeq) {
      calls.push([id, afterSeq])
      return yieldAll(events)
    },
  } satisfies Partial<Runs>
  return {
    context: contextOf({ workspaceId }, { database: db.database, runs: runs as unknown as Runs }),
    calls,
  }
}

async function collect(
  stream: AsyncGenerator<ExecutionResult<Data>> | ExecutionResult<Data>,
): Promise<Data[]> {
  if (!(Symbol.asyncIterator in stream)) throw stream.errors?.[0]
  const all: Data[] = []
  for await (const { data, errors } of stream) {
    if (errors) throw errors[0]
    all.push(data)
  }
  return all
}

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
  const { context, calls } = follow([
    { seq: 1, runId, type: 'RunStarted', conversationId },
    { seq: 2, runId, type: 'SourcesRetrieved' },
    { seq: 3, runId, type: 'AnswerDelta', text: 'Yes' },
    { seq: 4, runId, type: 'AnswerReset', reason: 'r' },
    { seq: 5, runId, type: 'RunCompleted' },
    { seq: 6, runId, type: 'RunFailed', failure },
    { seq: 7, runId, type: 'RunCancelled' },
  ])
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

test('asking starts a run and follows it from its first event', async () => {
  const asked: AskRequest[] = []
  const { context, calls } = follow([{ seq: 1, runId, type: 'RunStarted', conversationId }])
  Object.assign(context.services.runs, {
    async start(_caller: unknown, request: AskRequest) {
      asked.push(request)
      return { id: runId }
    },
  })
  const source = `subscription { chatStream(input: { ask: { question: "why?", onConflict: INTERRUPT } }) { seq } }`

  expect(await collect(await open(context, source))).toEqual([{ chatStream: { seq: 1 } }])
  expect(asked).toMatchObject([{ question: 'why?', topK: 6, onConflict: 'INTERRUPT' }])
  expect(calls).toEqual([[runId, 0]])
})

const resume = (id: string, afterSeq: number) =>
  `subscription { chatStream(input: { resume: { runId: "${id}", afterSeq: ${afterSeq} } }) { seq } }`

test('what the domain refuses is the answer to the subscription, not the end of a stream', async () => {
  const id = encodeGlobalId('Run', runId)
  for (const [error, expected] of [
    [new BadUserInputError('afterSeq', 'is beyond the end'), { code: 'BAD_USER_INPUT', field: 'afterSeq' }],
    [new NotFoundError('There is no such run'), { code: 'NOT_FOUND' }],
  ] as const) {
    const runs = {
      // biome-ignore lint/correctness/useYield: it fails before its first event
      async *follow() {
        throw error
      },
    } satisfies Partial<Runs>
    const context = contextOf({ workspaceId }, { runs: runs as unknown as Runs })
    expect(refusal((await open(context, resume(id, 9))) as ExecutionResult<Data>)).toEqual(expected)
  }
})

test.each([
  [
    'a negative seq',
    resume(encodeGlobalId('Run', '01940000-0000-7000-8000-000000000000'), -1),
    'resume.afterSeq',
  ],
  [
    'the id of something else',
    resume(encodeGlobalId('Chunk', '01940000-0000-7000-8000-000000000000'), 0),
    'resume.runId',
  ],
  ['a bad question', 'subscription { chatStream(input: { ask: { question: "" } }) { seq } }', 'ask.question'],
  ['a malformed id', 'subscription { ingestionProgress(ingestionId: "x") { id } }', 'ingestionId'],
])('%s is refused before anything starts', async (_what, source, field) => {
  const result = (await open(contextOf({}, {}), source)) as ExecutionResult<Data>
  expect(refusal(result)).toMatchObject({ code: 'BAD_USER_INPUT', field })
})

test('ask and resume exclude each other', async () => {
  for (const input of [{}, { ask: null }, { ask: { question: 'q' }, resume: { runId: 'x' } }]) {
    const source = 'subscription ($input: ChatStreamInput!) { chatStream(input: $input) { seq } }'
    const result = (await open(contextOf({}, {}), source, { input })) as ExecutionResult<Data>
    expect(result.errors?.[0]?.message).toMatch(/Exactly one key|must be non-null/)
  }
})

test('a subscription whose events would be too complex starts no run', async () => {
  const runsOf = (inner: string) =>
    `run { conversation { runs(first: 100) { edges { node { ${inner} } } } } }`
  const deep = runsOf('conversation { runs(first: 100) { edges { node { answer { text } } } } }')
  const source = `subscription { chatStream(input: { ask: { question: "q" } }) { ... on RunCompleted { ${deep} } } }`
  const result = (await open(contextOf({}, {}), source)) as ExecutionResult<Data>
  expect(refusal(result)).toEqual({ code: 'TOO_COMPLEX', limit: 20_000 })
})

test('a stream that waits for its first event is opened all the same, and loses nothing', async () => {
  const event = Promise.withResolvers<void>()
  const runs = {
    async *follow(): AsyncGenerator<ChatEvent, void, void> {
      await event.promise
      yield { seq: 4, runId, type: 'AnswerDelta', text: 'late' }
    },
  } satisfies Partial<Runs>
  const context = contextOf({ workspaceId }, { runs: runs as unknown as Runs })

  const stream = await open(context, resume(encodeGlobalId('Run', runId), 3))
  event.resolve()

  expect(await collect(stream)).toEqual([{ chatStream: { seq: 4 } }])
})

test('a stream that is left before it was read ends its source', async () => {
  let ended = false
  const runs = {
    async *follow(): AsyncGenerator<ChatEvent, void, void> {
      try {
        yield { seq: 1, runId, type: 'RunStarted', conversationId }
      } finally {
        ended = true
      }
    },
  } satisfies Partial<Runs>
  const context = contextOf({ workspaceId }, { runs: runs as unknown as Runs })
  const stream = await open(context, resume(encodeGlobalId('Run', runId), 0))
  await (stream as AsyncGenerator).return(undefined)
  expect(ended).toBe(true)
})

test("an ingestion's counts are asked for once an event, and afresh for the next", async () => {
  const row = { id: runId, workspaceId, createdAt: new Date(), finishedAt: null } as unknown as Ingestion
  let asked = 0
  const ingestions = {
    follow: () => yieldAll([row, row]),
    async counts(_caller, ids) {
      asked += 1
      const counts: IngestionCounts = {
        total: 2,
        queued: 0,
        running: 2 - asked,
        ready: asked,
        failed: 0,
        cancelled: 0,
      }
      return new Map(ids.map((id) => [id, counts]))
    },
  } satisfies Partial<Ingestions>
  const context = contextOf({ workspaceId }, { ingestions: ingestions as unknown as Ingestions })
  const source = `subscription { ingestionProgress(ingestionId: "${encodeGlobalId('Ingestion', runId)}") {
    status total running ready finishedAt } }`

  expect(
    (await collect(await open(context, source))).map(({ ingestionProgress }) => ingestionProgress),
  ).toEqual([
    { status: 'RUNNING', total: 2, running: 1, ready: 1, finishedAt: null },
    { status: 'SUCCEEDED', total: 2, running: 0, ready: 2, finishedAt: null },
  ])
  expect(asked).toBe(2)
})
