import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DocumentInput } from '../../clients/typescript/generated/graphql.ts'
import { createKey } from '../../src/access/keys.ts'
import { bootProcess, type TestProcess } from '../testkit/app/boot-process.ts'
import { manyDocuments } from '../testkit/app/many-documents.ts'
import { openSession, type Session } from '../testkit/app/session.ts'
import { createTestDatabase, databaseKind, type TestDatabase } from '../testkit/app/test-database.ts'

// The queue is filled while no worker runs, so that what is taken up first is the queue's choice.
const onServer = test.skipIf(databaseKind() === 'embedded')

const many = 200
const one: DocumentInput = { externalId: 'the-one', source: { text: 'It waits behind two hundred others.' } }

let resources: AsyncDisposableStack
let database: TestDatabase
let api: TestProcess
beforeEach(async () => {
  if (databaseKind() === 'embedded') return
  resources = new AsyncDisposableStack()
  database = resources.use(await createTestDatabase())
  api = resources.use(await bootProcess({ env: env(), args: ['serve'] }))
})
afterEach(() => resources?.disposeAsync())

const env = () => ({ ...database.env, AUTH: 'keys' })
const session = async (workspace: string): Promise<Session> => {
  const { key } = await database.use((opened) =>
    createKey(opened, { name: workspace, workspace, scopes: ['READ', 'WRITE'] }),
  )
  return openSession(api.origin, key)
}
const queue = async ({ client }: Session, collection: string, documents: DocumentInput[]) =>
  (await client.ingest({ collection, documents })).ingestions.map(({ id }) => id)

/** How many documents became READY before the one did. */
async function readyBeforeTheOne(): Promise<number> {
  return database.use(async ({ pool }) => {
    const { rows } = await pool.query<{ before: number }>(
      `SELECT count(*)::int AS before FROM document
       WHERE indexed_at < (SELECT indexed_at FROM document WHERE external_id = 'the-one')`,
    )
    return rows[0]?.before ?? many
  })
}

/** Starts a worker and waits until all is READY. */
async function work(waiting: readonly (readonly [Session, string[]])[]): Promise<void> {
  await using worker = await bootProcess({ env: env(), args: ['worker'] })
  for (const [{ client }, ids] of waiting) {
    for (const id of ids) {
      const states = await Array.fromAsync(client.watchIngestion(id))
      expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED' })
    }
  }
  await worker.end('SIGTERM')
}

onServer('a collection with one document does not wait for another with hundreds', async () => {
  const caller = await session('alone')
  const crowd = await queue(caller, 'crowd', manyDocuments(many, 2))
  const single = await queue(caller, 'single', [one])
  await work([
    [caller, single],
    [caller, crowd],
  ])
  expect(await readyBeforeTheOne()).toBeLessThan(many / 4)
})

onServer('a workspace with one document does not wait for another with hundreds', async () => {
  const [loud, quiet] = [await session('loud'), await session('quiet')]
  // Two in each of a hundred collections: taking turns between collections alone would not do.
  const crowd: string[] = []
  const documents = manyDocuments(many, 2)
  for (let at = 0; at < many; at += 2)
    crowd.push(...(await queue(loud, `crowd-${at}`, documents.slice(at, at + 2))))
  const single = await queue(quiet, 'crowd-0', [one])
  await work([
    [quiet, single],
    [loud, crowd],
  ])
  expect(await readyBeforeTheOne()).toBeLessThan(many / 4)
})
