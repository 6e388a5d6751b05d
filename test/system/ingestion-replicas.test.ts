import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { IngestionPartsFragment } from '../../clients/typescript/generated/graphql.ts'
import { bootProcess, type TestProcess } from '../testkit/app/boot-process.ts'
import { countJobs } from '../testkit/app/handled-jobs.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { ingestionProgress } from '../testkit/app/operations.ts'
import { transports } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind, type TestDatabase } from '../testkit/app/test-database.ts'
import { type Observer, openObserver } from '../testkit/chaos/observer.ts'
import { ingestionEnd } from '../testkit/chaos/play-ingestion.ts'
import { findFaults } from '../testkit/content-faults.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import type { Behaviour } from '../testkit/upstream/fake-call.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'

// One replica takes the documents, another one is asked for their progress, and workers of their own work on them.
const onServer = test.skipIf(databaseKind() === 'embedded')

const dimensions = 64
const resources = new AsyncDisposableStack()
let upstream: FakeOpenAi
let database: TestDatabase
let observer: Observer
let accepting: TestProcess
let following: TestProcess
beforeAll(async () => {
  if (databaseKind() === 'embedded') return
  upstream = resources.use(await startFakeOpenAi({ dimensions }))
  database = resources.use(await createTestDatabase())
  observer = resources.use(openObserver(database.env.DATABASE_URL ?? ''))
  accepting = resources.use(await bootProcess({ env: env('a'), args: ['serve'] }))
  following = resources.use(await bootProcess({ env: env('b'), args: ['serve'] }))
})
afterAll(() => resources.disposeAsync())

let collection = ''
let count = 0
beforeEach(() => {
  collection = `replicas-${++count}`
})
afterEach(() => upstream?.embeddings.otherwise(embed({ dimensions })))

/** The key tells the embeddings' double who asks. */
const env = (apiKey: string) => ({
  ...database.env,
  EMBEDDING_BASE_URL: upstream.baseUrl,
  EMBEDDING_MODEL: 'fake',
  EMBEDDING_DIMENSIONS: String(dimensions),
  EMBEDDING_API_KEY: apiKey,
})
const startWorker = (apiKey: string) => bootProcess({ env: env(apiKey), args: ['worker'] })
const ingest = async (documents: number) => {
  const input = { collection, documents: manyDocuments(documents, 3) }
  return (await accepting.client.ingest(input)).ingestions.map(({ id }) => id)
}
const follow = (id = '') => following.client.watchIngestion(id)

/** Holds all requests until workers with all of these keys have asked. */
function meeting(keys: readonly string[]): Behaviour {
  const missing = new Set(keys)
  const complete = Promise.withResolvers<void>()
  const answer = embed({ dimensions })
  return async (call) => {
    missing.delete(call.request.headers.authorization?.replace('Bearer ', '') ?? '')
    if (missing.size === 0) complete.resolve()
    if (await call.wait(complete.promise)) await answer(call)
  }
}

onServer('two workers share a queue, and no document is worked on twice', async () => {
  upstream.embeddings.otherwise(meeting(['one', 'two']))
  const asked = upstream.embeddings.requests.length
  await using one = await startWorker('one')
  await using two = await startWorker('two')
  const ids = await ingest(200)
  for (const id of ids) {
    const last = (await Array.fromAsync(follow(id))).at(-1)
    expect(last).toMatchObject({ status: 'SUCCEEDED', total: 100, ready: 100 })
  }
  await ingestionEnd(observer)

  const attempts = await observer.see((pool) =>
    pool.query('SELECT attempts, version, count(*)::int AS documents FROM document GROUP BY 1, 2'),
  )
  expect(attempts.rows).toEqual([{ attempts: 1, version: 1, documents: 200 }])
  const jobs = await observer.see((pool) =>
    pool.query(
      `SELECT state::text, retry_count, count(*)::int AS jobs FROM pgboss.job WHERE name = 'ingest-document' GROUP BY 1, 2`,
    ),
  )
  expect(jobs.rows).toEqual([{ state: 'completed', retry_count: 0, jobs: 200 }])
  const handled = [
    await countJobs(one.origin, 'ingest-document'),
    await countJobs(two.origin, 'ingest-document'),
  ]
  expect(handled.reduce((sum, each) => sum + each)).toBe(200)
  expect(Math.min(...handled)).toBeGreaterThan(0)
  const texts = upstream.embeddings.requests.slice(asked).flatMap(({ body }) => body.input as string[])
  expect(texts).toHaveLength(new Set(texts).size)
  expect(await observer.see((pool) => findFaults(pool, { dimensions }))).toEqual([])
  for (const worker of [one, two]) await worker.end('SIGTERM')
})

onServer('progress on a replica that does nothing of it is coalesced, goes forward and ends', async () => {
  const [id] = await ingest(100)
  const progress = follow(id)
  const states: IngestionPartsFragment[] = []
  const followed = (async () => {
    for await (const state of progress) states.push(state)
  })()
  await using worker = await startWorker('one')
  await followed
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', total: 100, queued: 0, running: 0, ready: 100 })
  expect(states.at(-1)?.finishedAt).not.toBeNull()
  // Each document changes twice, and takes some milliseconds.
  expect(states.length).toBeLessThan(100)
  const ready = states.map((state) => state.ready)
  expect(ready).toEqual(ready.toSorted((a, b) => a - b))
  for (const { total, queued, running, failed, cancelled, ...state } of states)
    expect(queued + running + state.ready + failed + cancelled).toBe(total)
  await worker.end('SIGTERM')
})

onServer('progress ends with a cancellation on another replica, which is one change', async () => {
  const [id] = await ingest(100)
  const progress = follow(id)
  expect((await progress.next()).value).toMatchObject({ status: 'QUEUED', queued: 100 })
  await accepting.query('mutation ($id: ID!) { cancelIngestion(input: { ingestionId: $id }) { id } }', { id })
  const rest = await Array.fromAsync(progress)
  expect(rest.at(-1)).toMatchObject({ status: 'CANCELLED', total: 100, cancelled: 100 })
  // The documents' change and the ingestion's end, which may be met one by one.
  expect(rest.length).toBeLessThanOrEqual(2)
})

for (const transport of transports) {
  onServer(`progress over ${transport} ends when its collection is deleted on another replica`, async () => {
    const [id] = await ingest(20)
    const progress = following.subscribe(transport, ingestionProgress, { ingestionId: id })
    expect((await progress.next()).value.data.ingestionProgress).toMatchObject({
      status: 'QUEUED',
      total: 20,
    })
    await accepting.query(
      'mutation ($name: String!) { deleteCollection(input: { name: $name }) { deletedDocuments } }',
      { name: collection },
    )
    expect(await Array.fromAsync(progress)).toEqual([])
    const { errors } = (await following.subscribe(transport, ingestionProgress, { ingestionId: id }).next())
      .value
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
}
