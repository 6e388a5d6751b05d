import type { ExecutionResult } from 'graphql'
import { expect, test, vi } from 'vitest'
import { BadUserInputError, NotFoundError } from '../../src/errors.ts'
import type { Ingestion } from '../../src/generated/prisma/client.ts'
import type { IngestionCounts, Ingestions } from '../../src/ingestion/ingestion.ts'
import { encodeGlobalId } from '../../src/resolvers/global-id.ts'
import type { AskRequest, ChatEvent, Runs } from '../../src/runs/runs.ts'
import { followed } from './followed.ts'
import { collect, contextOf, type Data, open, refusal } from './testkit.ts'

const runId = '01940000-0000-7000-8000-000000000001'
const conversationId = '01940000-0000-7000-8000-000000000002'

test('asking starts a run and follows it from its first event', async () => {
  const asked: AskRequest[] = []
  const { runs, calls } = followed([{ seq: 1, runId, type: 'RunStarted', conversationId }])
  const start = async (_caller: unknown, request: AskRequest) => {
    asked.push(request)
    return { id: runId }
  }
  const context = contextOf({}, { runs: Object.assign(runs, { start }) as Runs })
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
    const context = contextOf({}, { runs: runs as unknown as Runs })
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
  const context = contextOf({}, { runs: runs as unknown as Runs })

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const opened = open(context, resume(encodeGlobalId('Run', runId), 3))
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    await vi.advanceTimersByTimeAsync(1_000)
    const stream = await opened
    event.resolve()
    expect(await collect(stream)).toEqual([{ chatStream: { seq: 4 } }])
  } finally {
    vi.useRealTimers()
  }
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
  const context = contextOf({}, { runs: runs as unknown as Runs })
  const stream = await open(context, resume(encodeGlobalId('Run', runId), 0))
  await (stream as AsyncGenerator).return(undefined)
  expect(ended).toBe(true)
})

test("an ingestion's counts are asked for once an event, and afresh for the next", async () => {
  const row = { id: runId, createdAt: new Date(), finishedAt: null } as unknown as Ingestion
  let asked = 0
  const ingestions = {
    async *follow() {
      yield row
      yield { ...row, finishedAt: new Date(0) }
    },
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
  const context = contextOf({}, { ingestions: ingestions as unknown as Ingestions })
  const source = `subscription { ingestionProgress(ingestionId: "${encodeGlobalId('Ingestion', runId)}") {
    status total running ready finishedAt } }`

  expect(
    (await collect(await open(context, source))).map(({ ingestionProgress }) => ingestionProgress),
  ).toEqual([
    { status: 'RUNNING', total: 2, running: 1, ready: 1, finishedAt: null },
    { status: 'SUCCEEDED', total: 2, running: 0, ready: 2, finishedAt: '1970-01-01T00:00:00.000Z' },
  ])
  expect(asked).toBe(2)
})
