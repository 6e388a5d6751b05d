import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChatEvent } from '../../clients/typescript/chat-events.ts'
import { bootApp, type TestApp } from '../testkit/app/boot-app.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'

let app: TestApp
beforeAll(async () => {
  app = await bootApp()
  await ingestReady(app, 'default', texts({ a: 'The orchard grows quinces. The orchard has an old wall.' }))
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(question: string, conversationId?: string) {
  const events: ChatEvent[] = await Array.fromAsync(
    app.client.chat({ question, ...(conversationId && { conversationId }) }),
  )
  const [started] = events
  if (started?.__typename !== 'RunStarted') throw new Error('no run')
  return started
}

test('the client goes on in a conversation, lists, reads, renames, forks and deletes it', async () => {
  const { client } = app
  const first = await ask('What does the orchard grow?')
  const { conversationId } = first
  await ask('What else does the orchard have?', conversationId)
  await client.renameConversation({ conversationId, title: 'The orchard' })

  const read = await client.conversation(conversationId)
  expect(read?.title).toBe('The orchard')
  const runs = read?.runs.edges.map(({ node }) => node)
  expect(runs?.map(({ question }) => question)).toEqual([
    'What does the orchard grow?',
    'What else does the orchard have?',
  ])
  expect(runs?.[0]?.answer?.text).toContain('quinces')
  expect(runs?.[0]?.retrieval?.hits.length).toBe(1)
  const newest = await client.conversation(conversationId, { last: 1 })
  expect(newest?.runs.edges).toHaveLength(1)
  expect(newest?.runs.pageInfo.hasPreviousPage).toBe(true)

  const fork = await client.forkConversation({ conversationId, upToRunId: first.runId, title: 'Quinces' })
  expect((await client.conversation(fork.id))?.runs.edges).toHaveLength(1)
  const titles = async () =>
    (await client.conversations({ first: 10 })).edges.map(({ node: { title } }) => title)
  expect(await titles()).toEqual(['Quinces', 'The orchard'])
  await client.deleteConversation(conversationId)
  expect(await titles()).toEqual(['Quinces'])
  expect(await client.conversation(conversationId)).toBeNull()
})
