import pg from 'pg'
import { expect, test } from 'vitest'
import { bootProcess } from '../testkit/app/boot-process.ts'
import { handledJobs } from '../testkit/app/handled-jobs.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { createTestDatabase, databaseKind } from '../testkit/app/test-database.ts'
import { openObserver } from '../testkit/chaos/observer.ts'
import { ingestionEnd } from '../testkit/chaos/play-ingestion.ts'
import { findFaults } from '../testkit/content-faults.ts'
import { readLeftovers } from '../testkit/database-content.ts'
import { insideTransaction } from '../testkit/locks.ts'

const onServer = test.skipIf(databaseKind() === 'embedded')

onServer('a worker that stops inside of its transaction does not keep its document from others', async () => {
  await using resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase())
  const observer = resources.use(openObserver(database.env.DATABASE_URL ?? ''))
  const api = resources.use(await bootProcess({ env: database.env, args: ['serve'] }))
  const stopped = resources.use(await bootProcess({ env: database.env, args: ['worker'] }))

  // It waits for a lock of the test's in the middle of the swap, is stopped there, and gets the lock: now it holds its
  // own, its connection lives, and nothing comes over it.
  const pool = new pg.Pool({ connectionString: database.env.DATABASE_URL, max: 2 })
  let ingestionId = ''
  await insideTransaction(
    pool,
    (client) => client.query('LOCK TABLE lexical_delta IN SHARE MODE'),
    async () => {
      const { ingestions } = await api.client.ingest({ documents: manyDocuments(1) })
      ingestionId = ingestions[0]?.id ?? ''
    },
    async () => stopped.signal('SIGSTOP'),
  )
  await pool.end()

  const second = resources.use(await bootProcess({ env: database.env, args: ['worker'] }))
  const states = await Array.fromAsync(api.client.watchIngestion(ingestionId))
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
  await ingestionEnd(observer)

  stopped.signal('SIGCONT')
  await handledJobs(stopped, 'ingest-document', 1)
  await ingestionEnd(observer)
  expect(await observer.see((pool) => findFaults(pool, { dimensions: null }))).toEqual([])
  const left = Object.entries(await observer.see(readLeftovers)).filter(([, count]) => count !== 0)
  expect(left).toEqual([])
  // It has survived the loss of its connection, and works on.
  expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null })
  const { ingestions } = await api.client.ingest({ documents: manyDocuments(2).slice(1) })
  const further = await Array.fromAsync(api.client.watchIngestion(ingestions[0]?.id ?? ''))
  expect(further.at(-1)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
  for (const process of [stopped, api])
    expect(await process.end('SIGTERM')).toEqual({ code: 0, signal: null })
})
