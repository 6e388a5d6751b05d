import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

const question = 'What does the orchard grow?'
const sentence = 'The orchard grows quinces and medlars [1].'

let upstreams: readonly [FakeOpenAi, FakeOpenAi]
let app: TestApp
beforeAll(async () => {
  upstreams = [await startFakeOpenAi(), await startFakeOpenAi()]
  for (const { chat } of upstreams) chat.otherwise(answer(sentence))
  const env = { LLM_BASE_URL: upstreams.map(({ baseUrl }) => baseUrl).join(','), LLM_MODEL: 'fake-model' }
  app = await bootApp({ env })
  await ingestReady(app, 'default', texts({ a: 'The orchard grows quinces and medlars.' }))
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await Promise.all(upstreams.map((upstream) => upstream.close()))
})

/** How many requests for an answer each had: those that begin as the first one did, unlike what condenses a question. */
function answered(): number[] {
  const prompt = upstreams.flatMap(({ chat }) => chat.requests)[0]?.body.messages[0].content
  return upstreams.map(
    ({ chat }) => chat.requests.filter(({ body }) => body.messages[0].content === prompt).length,
  )
}

test('the runs of a conversation go to one model server, those of others to the other too', async () => {
  // Until both have had some: where a conversation goes is drawn with its id.
  for (let i = 0; i < 4 || Math.min(...answered()) === 0; i += 1) {
    const before = answered()
    const { conversation } = await app.client.ask({ question })
    await app.client.ask({ question, conversationId: conversation.id })
    await app.client.ask({ question, conversationId: conversation.id })
    const grown = answered().map((count, at) => count - (before[at] ?? 0))
    expect(grown.toSorted()).toEqual([0, 3])
  }
})

test('the death of a model server costs no run that has not begun to be answered', async () => {
  const [dying] = upstreams
  await dying.close()
  const runs = await Promise.all(Array.from({ length: 8 }, () => app.client.ask({ question })))
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'COMPLETED'))
})
