import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { failuresDuring, insideTransaction } from '../../test/testkit/locks.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { requeueUnsuccessful } from '../db/sql/ingestion.ts'
import { ForbiddenError, NotFoundError } from '../errors.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { ingestionStatus } from './ingestion.ts'
import { settleIngestions } from './settle-ingestions.ts'

describe.each(kinds)('ingestions on %s', (kind) => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  let count = 0
  async function accepted(...texts: string[]) {
    const prefix = `${count++}`
    const documents = texts.map((text, index) =>
      draft({ externalId: `${prefix}-${index}`, source: { text } }),
    )
    const { ingestion, results } = await world.ingestions.accept(world.caller, 'default', documents)
    if (!ingestion) throw new Error('Nothing to do')
    return { id: ingestion.id, documentIds: results.map(({ document }) => document?.id ?? ''), documents }
  }
  async function failAll(): Promise<void> {
    embeddings.failWith = new FailureError(FailureCode.UpstreamRejected, 'No')
    await world.work()
    embeddings.failWith = null
  }
  async function state(id: string) {
    const counts = (await world.ingestions.counts(world.caller, [id])).get(id)
    const row = await world.database.prisma.ingestion.findUniqueOrThrow({ where: { id } })
    const finished = row.finishedAt !== null
    return { ...counts, status: counts && ingestionStatus(counts, finished), finished }
  }

  test('count their documents from QUEUED to SUCCEEDED', async () => {
    const { id } = await accepted('One', 'Two')
    expect(await state(id)).toMatchObject({ status: 'QUEUED', total: 2, queued: 2, finished: false })
    const [job] = await world.takeJobs()
    if (!job) throw new Error('No job')
    await world.attempt(job)
    expect(await state(id)).toMatchObject({ status: 'RUNNING', queued: 1, ready: 1, finished: false })
    await world.ingestions.cancel(world.caller, id)
    expect(await state(id)).toMatchObject({ status: 'CANCELLED', cancelled: 1, ready: 1, finished: true })
    await world.ingestions.retry(world.caller, id)
    expect(await state(id)).toMatchObject({ status: 'RUNNING', queued: 1, finished: false })
    await world.work()
    expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', ready: 2, finished: true })
  })

  test('are retried only where they were unsuccessful, and once', async () => {
    const { id } = await accepted('Three', 'Four')
    await failAll()
    expect(await state(id)).toMatchObject({ status: 'FAILED', failed: 2, finished: true })
    await Promise.all(Array.from({ length: 5 }, () => world.ingestions.retry(world.caller, id)))
    expect(await state(id)).toMatchObject({ queued: 2, finished: false })
    expect(await world.work()).toEqual(['ready', 'ready'])
    expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', ready: 2, finished: true })
    await world.ingestions.retry(world.caller, id)
    expect(await world.work()).toEqual([])
    expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', finished: true })
  })

  test('retry the content that their documents have now, and none that is READY', async () => {
    const { id, documents } = await accepted('Five')
    await failAll()
    const externalId = documents[0]?.externalId ?? null
    const newer = draft({ externalId, source: { text: 'Five and a half' } })
    const later = await world.ingestions.accept(world.caller, 'default', [newer])
    await failAll()
    await world.ingestions.retry(world.caller, id)
    expect(await world.work()).toEqual(['ready'])
    expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })

    await world.ingestions.retry(world.caller, later.ingestion?.id ?? '')
    expect(await world.work()).toEqual([])
    const found = await world.database.prisma.document.findFirstOrThrow({ where: { externalId } })
    expect(found).toMatchObject({ version: 2, indexedVersion: 2, status: 'READY' })
  })

  test('that are cancelled keep what is READY, and what was searchable before', async () => {
    const { id, documents } = await accepted('Six')
    await world.work()
    const externalId = documents[0]?.externalId ?? null
    const newer = draft({ externalId, source: { text: 'Six and a half' } })
    const { ingestion } = await world.ingestions.accept(world.caller, 'default', [newer])
    await world.ingestions.cancel(world.caller, ingestion?.id ?? '')
    await world.ingestions.cancel(world.caller, id)
    expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
    expect(await world.work()).toEqual(['nothing to do'])
    const found = await world.database.prisma.document.findFirstOrThrow({
      where: { externalId },
      include: { chunks: true },
    })
    expect(found).toMatchObject({ status: 'CANCELLED', indexedVersion: 1, chunks: [{ text: 'Six' }] })
  })

  test('are not found from another workspace, and need their scopes', async () => {
    const { id, documentIds } = await accepted('Seven')
    const stranger = { ...world.caller, workspaceId: '01940000-0000-7000-8000-000000000000' }
    await expect(world.ingestions.retry(stranger, id)).rejects.toThrow(NotFoundError)
    await expect(world.ingestions.cancel(stranger, id)).rejects.toThrow(NotFoundError)
    await expect(world.ingestions.follow(stranger, id, forever).next()).rejects.toThrow(NotFoundError)
    expect((await world.ingestions.counts(stranger, [id])).get(id)).toMatchObject({ total: 0 })
    expect(await world.ingestions.deleteDocuments(stranger, documentIds)).toEqual([])
    const reader = { ...world.caller, scopes: ['READ'] as const }
    await expect(world.ingestions.retry(reader, id)).rejects.toThrow(ForbiddenError)
    await expect(world.ingestions.cancel(reader, id)).rejects.toThrow(ForbiddenError)
    await expect(world.ingestions.accept(reader, 'default', [])).rejects.toThrow(ForbiddenError)
    await expect(world.ingestions.deleteDocuments(reader, [])).rejects.toThrow(ForbiddenError)
    await world.work()
  })

  describe.skipIf(kind === 'embedded')('crossed by another transaction', () => {
    test('are not ended where a document was queued again since they seemed to have', async () => {
      const { id } = await accepted('Eight')
      await failAll()
      // As between the failure and the end that follows from it.
      await world.rows('UPDATE ingestion SET finished_at = NULL WHERE id = $1', id)
      await insideTransaction(
        world.database.pool,
        (client) => requeueUnsuccessful(client, id),
        () => settleIngestions(world.database.pool, [id]),
      )
      expect(await state(id)).toMatchObject({ status: 'QUEUED', finished: false })
      await world.ingestions.cancel(world.caller, id)
    })

    test.each(['retry', 'cancel'] as const)(
      'wait for a deletion of their collection on %s before they hold its documents',
      async (change) => {
        const { id, documentIds } = await accepted(`Nine ${change}`)
        if (change === 'retry') await failAll()
        // As of a collection of before there were ranks: they add a row that refers to it.
        await world.rows('DELETE FROM queue_share')
        await insideTransaction(
          world.database.pool,
          (client) => client.query(`SELECT FROM collection WHERE name = 'default' FOR UPDATE`),
          () => world.ingestions[change](world.caller, id),
          (client) =>
            client.query('SELECT FROM document WHERE id = ANY($1::uuid[]) FOR UPDATE NOWAIT', [documentIds]),
        )
        await world.work()
      },
    )

    test('are cancelled while a document is being published, which goes first', async () => {
      const { id, documentIds } = await accepted('Nine')
      const crossed = () =>
        insideTransaction(
          world.database.pool,
          (client) => client.query('SELECT FROM document WHERE id = $1 FOR UPDATE', documentIds),
          () => world.ingestions.cancel(world.caller, id),
          async (client) => {
            await client.query(`UPDATE document SET status = 'READY' WHERE id = $1`, documentIds)
            await client.query(`UPDATE ingestion_document SET status = 'READY' WHERE ingestion_id = $1`, [id])
          },
        )
      expect((await failuresDuring(crossed)).codes).toEqual([])
      expect(await state(id)).toMatchObject({ status: 'SUCCEEDED', ready: 1 })
      await world.work()
    })

    test('do not queue again what newer content has replaced', async () => {
      const { id, documentIds } = await accepted('Ten')
      await failAll()
      await insideTransaction(
        world.database.pool,
        (client) =>
          client.query(`UPDATE document SET status = 'PARSING', version = 2 WHERE id = $1`, documentIds),
        () => world.ingestions.retry(world.caller, id),
      )
      const found = await world.database.prisma.document.findUniqueOrThrow({
        where: { id: documentIds[0] ?? '' },
      })
      expect(found).toMatchObject({ status: 'PARSING', version: 2 })
      expect(await world.work()).toEqual([])
    })
  })
})
