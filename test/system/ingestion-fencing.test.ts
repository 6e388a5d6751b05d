import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { bootProcess, type TestProcess } from '../testkit/app/boot-process.ts'
import { handledJobs } from '../testkit/app/handled-jobs.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { createTestDatabase, databaseKind, type TestDatabase } from '../testkit/app/test-database.ts'
import { type Observer, openObserver } from '../testkit/chaos/observer.ts'
import { ingestionEnd } from '../testkit/chaos/play-ingestion.ts'
import { findFaults } from '../testkit/content-faults.ts'
import { readLeftovers } from '../testkit/database-content.ts'
import { embed } from '../testkit/upstream/embeddings.ts'
import { type FakeOpenAi, startFakeOpenAi } from '../testkit/upstream/fake-openai.ts'
import { createGate, type Gate } from '../testkit/upstream/gate.ts'
import { gated } from '../testkit/upstream/gated.ts'

// A worker is stopped by SIGSTOP while its request for embeddings is held: it is between claim and swap, and does not
// know what becomes of its document. Then it goes on.
const onServer = test.skipIf(databaseKind() === 'embedded')

const dimensions = 64
const [document] = manyDocuments(1) as [DocumentInput]

const resources = new AsyncDisposableStack()
let upstream: FakeOpenAi
let database: TestDatabase
let observer: Observer
let api: TestProcess
beforeAll(async () => {
  if (databaseKind() === 'embedded') return
  upstream = resources.use(await startFakeOpenAi({ dimensions }))
  database = resources.use(await createTestDatabase())
  observer = resources.use(openObserver(database.env.DATABASE_URL ?? ''))
  api = resources.use(await bootProcess({ env: env(), args: ['serve'] }))
})
afterAll(() => resources.disposeAsync())

let collection = ''
let count = 0
let sleeper: TestProcess
let gate: Gate
let ingestionId: string
let documentId: string
beforeEach(async () => {
  if (databaseKind() === 'embedded') return
  collection = `fencing-${++count}`
  sleeper = await startWorker()
  gate = hold()
  const { results, ingestions } = await api.client.ingest({ collection, documents: [document] })
  documentId = results[0]?.document?.id ?? ''
  ingestionId = ingestions[0]?.id ?? ''
  await gate.reached
  sleeper.signal('SIGSTOP')
})
afterEach(async () => {
  await sleeper?.end('SIGKILL')
})

const env = () => ({
  ...database.env,
  EMBEDDING_BASE_URL: upstream.baseUrl,
  EMBEDDING_MODEL: 'fake',
  EMBEDDING_DIMENSIONS: String(dimensions),
})
const startWorker = () => bootProcess({ env: env(), args: ['worker'] })

/** Holds the next request for embeddings. */
function hold(): Gate {
  const next = createGate()
  upstream.embeddings.enqueue(gated(next, embed({ dimensions })))
  return next
}

/** Every row, with the transaction that wrote it last. */
const everything = () =>
  observer.see(async (pool) => {
    const tables = [
      'document',
      'document_source',
      'chunk',
      'chunk_embedding',
      'ingestion',
      'ingestion_document',
    ]
    const rows: Record<string, unknown[]> = {}
    for (const table of [...tables, 'term_statistic', 'lexical_statistic', 'lexical_delta']) {
      const { rows: found } = await pool.query<{ row: string }>(
        `SELECT left(row, 80) || ' ' || md5(row) AS row FROM (SELECT row(kept.xmin, kept.*)::text AS row FROM ${table} AS kept) AS rows ORDER BY 1`,
      )
      rows[table] = found.map(({ row }) => row)
    }
    return rows
  })

/** Resolves when the statistics have taken in what was indexed: that weighs chunks anew, after the deltas have gone. */
const folded = () =>
  observer.until(
    async (pool) => {
      const { rowCount } = await pool.query(
        `SELECT FROM lexical_delta UNION ALL SELECT FROM pgboss.job
         WHERE name = 'fold-statistics' AND state IN ('created', 'retry', 'active')`,
      )
      return rowCount === 0 ? true : null
    },
    { limitMs: 30_000, everyMs: 50, describe: readLeftovers },
  )

/** Lets the sleeper go on with the vectors that it asked for, until it has done with the document. */
async function wake(): Promise<void> {
  gate.open()
  sleeper.signal('SIGCONT')
  await handledJobs(sleeper, 'ingest-document', 1)
}

const progress = async (id = ingestionId) => (await Array.fromAsync(api.client.watchIngestion(id))).at(-1)
const read = async () =>
  (
    await api.query(
      'query ($id: ID!) { node(id: $id) { ... on Document { status version attempts chunkCount failure { code } text } } }',
      { id: documentId },
    )
  ).node

async function expectSound(): Promise<void> {
  await ingestionEnd(observer)
  expect(await observer.see((pool) => findFaults(pool, { dimensions }))).toEqual([])
  const left = Object.entries(await observer.see(readLeftovers)).filter(([, count]) => count !== 0)
  expect(left).toEqual([])
}

onServer(
  'a worker that slept through its expiry changes nothing of what another has done since',
  async () => {
    await using second = await startWorker()
    expect(await progress()).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
    await ingestionEnd(observer)
    const done = await everything()
    await wake()
    expect(await everything()).toEqual(done)
    expect(await read()).toMatchObject({ status: 'READY', version: 1, attempts: 2, failure: null })
    await expectSound()
    await second.end('SIGTERM')
  },
)

onServer('a worker that wakes while another is at its document leaves that to end it', async () => {
  const secondGate = hold()
  await using second = await startWorker()
  await secondGate.reached
  const taken = await everything()
  await wake()
  expect(await everything()).toEqual(taken)
  secondGate.open()
  expect(await progress()).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
  await expectSound()
  expect(await read()).toMatchObject({ status: 'READY', version: 1, attempts: 2, failure: null })
  await second.end('SIGTERM')
})

onServer('a document that was cancelled while its worker slept stays cancelled', async () => {
  await api.query('mutation ($id: ID!) { cancelIngestion(input: { ingestionId: $id }) { id } }', {
    id: ingestionId,
  })
  expect(await progress()).toMatchObject({ status: 'CANCELLED', cancelled: 1 })
  const cancelled = await everything()
  await wake()
  expect(await everything()).toEqual(cancelled)
  expect(await read()).toMatchObject({ status: 'CANCELLED', chunkCount: 0 })
  await expectSound()
})

onServer('a document that was replaced while its worker slept keeps its new content', async () => {
  const text = 'Another content altogether.'
  const { ingestions } = await api.client.ingest({
    collection,
    documents: [{ ...document, source: { text } }],
  })
  await using second = await startWorker()
  expect(await progress(ingestions[0]?.id)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
  await folded()
  const replaced = await everything()
  await wake()
  expect(await everything()).toEqual(replaced)
  expect(await progress()).toMatchObject({ status: 'CANCELLED', cancelled: 1 })
  expect(await read()).toMatchObject({ status: 'READY', version: 2, chunkCount: 1, text })
  await expectSound()
  await second.end('SIGTERM')
})

onServer('a document that was deleted while its worker slept does not come back', async () => {
  await api.query(
    'mutation ($ids: [ID!]!) { deleteDocuments(input: { ids: $ids }) { deletedDocumentIds } }',
    {
      ids: [documentId],
    },
  )
  const deleted = await everything()
  await wake()
  expect(await everything()).toEqual(deleted)
  expect(await read()).toBeNull()
  await expectSound()
})

onServer('a collection that was deleted while its worker slept does not come back', async () => {
  await api.query(
    'mutation ($name: String!) { deleteCollection(input: { name: $name }) { deletedDocuments } }',
    { name: collection },
  )
  const deleted = await everything()
  await wake()
  expect(await everything()).toEqual(deleted)
  expect(await read()).toBeNull()
  await expectSound()
})
