import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answerText } from '../../clients/typescript/answer-text.ts'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { chatStream } from '../testkit/app/operations.ts'
import { type Data, transports } from '../testkit/app/session.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'

let upstream: FakeOpenAi
let app: TestApp
beforeAll(async () => {
  upstream = await startFakeOpenAi()
  upstream.chat.otherwise(answer(sentence))
  app = await bootApp({ env: { LLM_BASE_URL: upstream.baseUrl, LLM_MODEL: 'fake' } })
  await ingestReady(app, 'default', texts({ a: 'The mill grinds barley on Mondays and wheat on Fridays.' }))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await upstream.close()
})

const sentence = 'The mill grinds barley on Mondays and wheat on Fridays [1].'
const question = 'What does the mill grind on Mondays?'
let requestId = ''
let asked = 0
let before = 0
beforeEach(() => {
  requestId = `request-${++asked}`
  before = upstream.chat.requests.length
})
const generations = () => upstream.chat.requests.length - before

const follow = async (transport: 'sse' | 'ws', input: object): Promise<Data[]> => {
  const events: Data[] = []
  for await (const { data, errors } of app.subscribe(transport, chatStream, { input })) {
    expect(errors).toBeUndefined()
    events.push(data.chatStream)
  }
  return events
}
const seqs = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq)
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

test('one requestId is one run and one generation, over both transports and askQuestion, at once and later', async () => {
  const gate = createGate()
  upstream.chat.enqueue(answer(sentence, { gates: { 3: gate } }))
  const input = { ask: { question, requestId } }
  const sse = follow('sse', input)
  const ws = follow('ws', input)
  const ask = app.client.ask({ question, requestId })
  await gate.reached
  gate.open()
  const [one, two, run] = await Promise.all([sse, ws, ask])
  expect(two).toEqual(one)
  expect(one.at(-1).run.id).toBe(run.id)
  expect(await follow('ws', input)).toEqual(one)
  expect((await app.client.ask({ question, requestId })).id).toBe(run.id)
  expect(generations()).toBe(1)
})

test.each(transports)(
  'a follower that leaves comes back over %s after the last seq it saw, gap-free',
  async (transport) => {
    const gate = createGate()
    const later = createGate()
    upstream.chat.enqueue(answer(sentence, { gates: { 3: gate, 6: later } }))
    const seen: Data[] = []
    const stream = app.subscribe(transport, chatStream, { input: { ask: { question, requestId } } })
    for await (const { data } of stream) {
      seen.push(data.chatStream)
      // Leaves in the middle of the answer.
      if (data.chatStream.__typename === 'AnswerDelta') break
    }
    await gate.reached
    const { runId, seq } = seen.at(-1)
    const other = transport === 'ws' ? 'sse' : 'ws'
    gate.open()
    await later.reached
    const resumed = follow(other, { resume: { runId, afterSeq: seq } })
    later.open()
    const rest = await resumed
    const all = [...seen, ...rest]
    expect(seqs(all)).toEqual(upTo(1, all.length))
    expect(all.slice(0, -1).reduce(answerText, '')).toBe(sentence)
    expect(all.at(-1)).toMatchObject({
      __typename: 'RunCompleted',
      run: { answer: { text: sentence, grounded: true } },
    })
    expect(await follow(transport, { resume: { runId, afterSeq: 0 } })).toEqual(all)
    expect(await follow(transport, { resume: { runId, afterSeq: all.length - 1 } })).toEqual([all.at(-1)])
    expect(await follow(transport, { resume: { runId, afterSeq: all.length } })).toEqual([])
    expect(generations()).toBe(1)
  },
)

test('the client library sees each event once, in order', async () => {
  const events: ChatEvent[] = await Array.fromAsync(app.client.chat({ question, requestId }))
  expect(seqs(events)).toEqual(upTo(1, events.length))
  const runId = events[0]?.runId ?? ''
  expect(await Array.fromAsync(app.client.resume({ runId, afterSeq: 2 }))).toEqual(events.slice(2))
})

test('an unsupported answer is withdrawn once, then written again', async () => {
  upstream.chat.enqueue(answer('The mill grinds 77 tons of oats in Lisbon [1].'), answer(sentence))
  const events = await follow('sse', { ask: { question, requestId } })
  const reset = events.findIndex(({ __typename }) => __typename === 'AnswerReset')
  expect(reset).toBeGreaterThan(0)
  expect(events.slice(reset).slice(0, -1).reduce(answerText, '')).toBe(sentence)
  expect(events.at(-1)).toMatchObject({ run: { answer: { text: sentence, grounded: true } } })
  expect(generations()).toBe(2)
})

test('a second run of a busy conversation is rejected, waits, or takes its place', async () => {
  const gate = createGate()
  const first = await app.client.ask({ question, requestId })
  const conversationId = first.conversation.id
  upstream.chat.otherwise(answer((body) => (isCondense(body) ? question : sentence)))
  upstream.chat.enqueue(answer(question), answer(sentence, { gates: { 2: gate } }))
  const events = app.client.chat({ question, conversationId })
  const running: ChatEvent[] = []
  for await (const event of events) {
    running.push(event)
    if (event.__typename === 'AnswerDelta') break
  }
  await gate.reached
  const runId = running[0]?.runId ?? ''
  await expect(app.client.ask({ question, conversationId })).rejects.toMatchObject({ code: 'CONFLICT' })
  const waiting = app.client.chat({ question, conversationId, onConflict: 'ENQUEUE' })
  expect((await waiting.next()).value).toMatchObject({ __typename: 'RunStarted', conversationId })
  const third = await app.client.ask({ question, conversationId, onConflict: 'INTERRUPT' })
  expect(third.status).toBe('COMPLETED')
  const ended = await Array.fromAsync(app.client.resume({ runId, afterSeq: running.length }))
  expect(ended.at(-1)?.__typename).toBe('RunCancelled')
  const last = (await Array.fromAsync(waiting)).at(-1)
  expect(['RunCompleted', 'RunCancelled']).toContain(last?.__typename)
  gate.open()
  upstream.chat.otherwise(answer(sentence))
})

const isCondense = (body: { messages: { content: string }[] }) =>
  body.messages[0]?.content.startsWith('You rewrite') ?? false

test('a conversation lists its runs, and goes with all of them', async () => {
  const one = await app.client.ask({ question, requestId })
  const conversationId = one.conversation.id
  upstream.chat.enqueue(answer('What does the mill grind on Fridays?'), answer(sentence))
  const two = await app.client.ask({ question: 'And on Fridays?', conversationId })
  const { node } = await app.query(
    'query ($id: ID!) { node(id: $id) { ... on Conversation { title runs { edges { node { id question } } } } } }',
    { id: conversationId },
  )
  expect(node.title).toBe(question)
  expect(node.runs.edges.map(({ node: run }: Data) => run.id)).toEqual([one.id, two.id])
  await app.query(
    'mutation ($id: ID!) { deleteConversation(input: { conversationId: $id }) { deletedConversationId } }',
    {
      id: conversationId,
    },
  )
  const { nodes } = await app.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [conversationId, one.id, two.id],
  })
  expect(nodes).toEqual([null, null, null])
  await expect(app.client.resume({ runId: one.id }).next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a conversation is renamed, and forked into one that resumes and goes on by itself', async () => {
  const one = await app.client.ask({ question, requestId })
  const conversationId = one.conversation.id
  const { renameConversation } = await app.query(
    'mutation ($id: ID!) { renameConversation(input: { conversationId: $id, title: "Mill" }) { id title } }',
    { id: conversationId },
  )
  expect(renameConversation).toEqual({ id: conversationId, title: 'Mill' })
  const { forkConversation } = await app.query(
    `mutation ($id: ID!, $run: ID!) { forkConversation(input: { conversationId: $id, upToRunId: $run }) {
       id title runs { edges { node { id } } } } }`,
    { id: conversationId, run: one.id },
  )
  expect(forkConversation.title).toBe('Mill')
  const [{ node }] = forkConversation.runs.edges
  const read = `query ($id: ID!) { node(id: $id) { ... on Run { question status traceId createdAt finishedAt
    retrieval { mode underfilled hits { rank score scores { lexical } chunk { id text } } }
    answer { text grounded finishReason model usage { completionTokens }
      citations { marker quote start end verified chunk { id } } } } } }`
  expect(await app.query(read, { id: node.id })).toEqual(await app.query(read, { id: one.id }))
  for (const transport of transports) {
    const [copied, origin] = await Promise.all(
      [node.id, one.id].map((runId) => follow(transport, { resume: { runId, afterSeq: 0 } })),
    )
    const ownIds = (events: Data[] | undefined) =>
      JSON.stringify(events).replaceAll(node.id, one.id).replaceAll(forkConversation.id, conversationId)
    expect(ownIds(copied)).toBe(ownIds(origin))
  }
  upstream.chat.enqueue(answer('What does the mill grind on Fridays?'), answer(sentence))
  const next = await app.client.ask({ question: 'And on Fridays?', conversationId: forkConversation.id })
  expect(next.conversation.id).toBe(forkConversation.id)
})
