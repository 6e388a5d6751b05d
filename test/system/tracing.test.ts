import { expect, test } from 'vitest'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { createTestDatabase } from '../testkit/app/test-database.ts'
import { startFakeCollector } from '../testkit/fake-collector.ts'
import { answer } from '../testkit/upstream/chat.ts'
import { startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

const passage = 'The lighthouse keeper polishes the lens on Thursdays.'
const question = 'When does the keeper polish the lens?'

test('a process exports spans of its work, linked and without content', async () => {
  await using collector = await startFakeCollector()
  await using upstream = await startFakeOpenAi()
  await using database = await createTestDatabase()
  upstream.chat.otherwise(answer(`${passage} [1]`))
  const app = await bootProcess({
    env: {
      ...database.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      LLM_BASE_URL: upstream.baseUrl,
      LLM_MODEL: 'writer',
      EMBEDDING_BASE_URL: upstream.baseUrl,
      EMBEDDING_MODEL: 'embedder',
      EMBEDDING_DIMENSIONS: '64',
    },
  })
  await ingestReady(app, 'default', texts({ lighthouse: passage }))
  const run = await app.client.ask({ question })
  expect(run.answer?.text).toBe(`${passage} [1]`)
  // Ending flushes what was not exported yet.
  expect(await app.end('SIGTERM')).toEqual({ code: 0, signal: null })

  const named = (name: string) => collector.spans.filter((span) => span.name === name)
  const names = new Set(collector.spans.map((span) => span.name))
  expect([...names]).toEqual(
    expect.arrayContaining([
      'mutation ingestDocuments',
      'mutation askQuestion',
      'resolver Mutation.askQuestion',
      'job ingest-document',
      'run',
      'graph.condense',
      'graph.retrieve',
      'graph.generate',
      'graph.validate',
      'sql search',
      'embeddings embedder',
      'chat writer',
    ]),
  )
  const [asked] = named('mutation askQuestion')
  expect(run.traceId).toBe(asked?.traceId)
  for (const name of ['run', 'graph.generate', 'chat writer']) {
    expect(named(name).map((span) => span.traceId)).toEqual([run.traceId])
  }
  const [ingested] = named('mutation ingestDocuments')
  expect(named('job ingest-document')[0]?.links?.[0]?.traceId).toBe(ingested?.traceId)
  expect(collector.body()).not.toMatch(/lighthouse keeper|polish|Thursdays/i)
})
