import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootApp } from '../testkit/app/boot-app.ts'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { ingestReady, texts } from '../testkit/app/ingest-ready.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import type { Session } from '../testkit/app/session.ts'
import { createTestDatabase, type TestDatabase } from '../testkit/app/test-database.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate } from '../testkit/upstream/gate.ts'
import { gated } from '../testkit/upstream/gated.ts'

let current: FakeOpenAi
let next: FakeOpenAi
let database: TestDatabase
beforeEach(async () => {
  current = await startFakeOpenAi()
  next = await startFakeOpenAi({ dimensions: 48 })
  database = await createTestDatabase()
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await current.close()
  await next.close()
})

const models = () => ({
  EMBEDDING_BASE_URL: current.baseUrl,
  EMBEDDING_MODEL: 'old',
  EMBEDDING_DIMENSIONS: '64',
  EMBEDDING_NEXT_BASE_URL: next.baseUrl,
  EMBEDDING_NEXT_MODEL: 'new',
  EMBEDDING_NEXT_DIMENSIONS: '48',
})
const fields =
  'id status from { model dimensions } to { model dimensions } total embedded rejected failure { code }'
const start = async ({ query }: Session) =>
  (await query(`mutation { startEmbeddingMigration { ${fields} } }`)).startEmbeddingMigration
const progress = `subscription ($id: ID!) { embeddingMigrationProgress(migrationId: $id) { ${fields} } }`

/** What a subscription tells until the migration is READY. */
async function untilReady(session: Session, id: string) {
  const told = []
  for await (const { data, errors } of session.subscribe('sse', progress, { id })) {
    expect(errors).toBeUndefined()
    told.push(data.embeddingMigrationProgress)
    if (data.embeddingMigrationProgress.status === 'READY') break
  }
  return told
}

/** How often each passage was sent to the new model. */
const sent = () => {
  const counts = new Map<string, number>()
  for (const { body } of next.embeddings.requests)
    for (const text of body.input as string[]) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

test('an operator changes the model while documents come and searches go on', async () => {
  await using app = await bootApp({ database, env: models() })
  const tides = { tide: 'Spring tides come at new moon.', wind: 'Trade winds blow.', ice: 'Sea ice forms.' }
  await ingestReady(app, 'default', texts(tides))
  const migration = await start(app)
  expect(migration).toMatchObject({
    from: { model: 'old', dimensions: 64 },
    to: { model: 'new', dimensions: 48 },
  })
  expect((await start(app)).id).toBe(migration.id)
  const told = await untilReady(app, migration.id)
  expect(told.at(-1)).toMatchObject({ total: 3, embedded: 3, rejected: 0, failure: null })
  await ingestReady(app, 'default', texts({ fog: 'Fog comes from cold water.' }))
  expect((await app.client.retrieve({ query: 'trade winds', mode: 'VECTOR' })).hits).toHaveLength(4)

  const { node } = await app.query(
    `query ($id: ID!) { node(id: $id) { ... on EmbeddingMigration { comparison(sample: 10) {
       sampled meanOverlap meanRankBiasedOverlap differentFirstHit
       queries { query overlap collection { name } currentFirst { text } nextFirst { text } } } } } }`,
    { id: migration.id },
  )
  expect(node.comparison).toMatchObject({ sampled: 1, meanOverlap: 1, differentFirstHit: 0 })
  expect(node.comparison.queries[0]).toMatchObject({
    query: 'trade winds',
    collection: { name: 'default' },
    nextFirst: { text: tides.wind },
  })
  const asked = current.embeddings.requests.length
  const { completeEmbeddingMigration } = await app.query(
    `mutation ($id: ID!) { completeEmbeddingMigration(input: { migrationId: $id }) { ${fields} } }`,
    { id: migration.id },
  )
  expect(completeEmbeddingMigration).toMatchObject({ status: 'COMPLETED', total: 4, embedded: 4 })
  expect((await app.client.retrieve({ query: 'trade winds', mode: 'VECTOR' })).hits).toHaveLength(4)
  expect(current.embeddings.requests, 'the old model is not asked any more').toHaveLength(asked)
  for (const [text, times] of sent()) if (text !== 'trade winds') expect(times, text).toBe(1)

  const again = await app.send('mutation { startEmbeddingMigration { id } }')
  expect(again.errors).toMatchObject([{ extensions: { code: 'CONFLICT', reason: 'ALREADY_ACTIVE' } }])
  const over = await app.send(
    'mutation ($id: ID!) { abandonEmbeddingMigration(input: { migrationId: $id }) { id } }',
    { id: migration.id },
  )
  expect(over.errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }])
})

test('a worker that is killed in the middle of a fill goes on with it after a restart, and embeds nothing twice', async () => {
  const env = { ...database.env, ...models() }
  const first = await bootProcess({ env })
  await ingestReady(first, 'default', manyDocuments(60))
  // The fourth request is never answered, nor is any after it: what came before is there.
  const gate = createGate()
  const answer = embed({ dimensions: 48 })
  for (let request = 1; request <= 3; request += 1) next.embeddings.enqueue(answer)
  next.embeddings.otherwise(gated(gate, answer))
  const { id } = await start(first)
  await gate.reached
  const migration = `query ($id: ID!) { embeddingMigration(id: $id) { ${fields} } }`
  const embedded = async () => (await first.query(migration, { id })).embeddingMigration.embedded
  await expect.poll(embedded, { timeout: 60_000 }).toBe(96)
  expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
  const done = new Set(next.embeddings.requests.slice(0, 3).flatMap(({ body }) => body.input as string[]))
  gate.open()
  next.embeddings.otherwise(answer)

  await using second = await bootProcess({ env })
  const ready = (await untilReady(second, id)).at(-1)
  expect(ready).toMatchObject({ status: 'READY', rejected: 0, embedded: ready.total })
  expect(ready.total).toBeGreaterThan(200)
  for (const [text, times] of sent()) {
    if (done.has(text)) expect(times, 'embedded before the kill').toBe(1)
    else expect(times, 'under way when it was killed').toBeLessThanOrEqual(2)
  }
})
