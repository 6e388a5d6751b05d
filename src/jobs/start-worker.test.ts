import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { patience } from '../../test/testkit/patience.ts'
import { FailureCode, FailureError } from '../failure.ts'
import { startWorker } from './start-worker.ts'

describe.each(kinds)('a worker on %s', () => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld
  let stopping = new AbortController()
  let worker: Disposable | undefined

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings, work: true })
  })
  afterEach(async () => {
    stopping.abort()
    worker?.[Symbol.dispose]()
    for (const queue of [
      'ingest-document',
      'ingest-document-dead',
      'fold-statistics',
      'fill-embedding-space',
      'fill-workspace',
      'drop-vectors',
    ])
      await world.boss.offWork(queue, { wait: true })
    stopping = new AbortController()
    embeddings.failWith = null
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const start = async () => {
    const { boss, dependencies } = world
    worker = await startWorker({ ...dependencies, boss, stopping: stopping.signal })
  }
  const accept = async (text: string) => {
    const { ingestion } = await world.ingestions.accept(world.caller, 'default', [draft(text)])
    return ingestion?.id ?? ''
  }
  const ended = async (id: string) => {
    for await (const _ of world.ingestions.follow(world.caller, id, forever));
    return (await world.ingestions.counts(world.caller, [id])).get(id)
  }
  const waiting = (queue: string) =>
    world.rows(`SELECT id FROM pgboss.job WHERE name = $1 AND state < 'completed'`, queue)

  test('ingests what was queued before it started and what comes after, and folds the statistics', async () => {
    const before = await accept('Queued before')
    await start()
    const after = await accept('Queued after')
    expect(await ended(before)).toMatchObject({ ready: 1 })
    expect(await ended(after)).toMatchObject({ ready: 1 })
    await vi.waitFor(async () => {
      expect(await world.rows('SELECT id FROM lexical_delta')).toEqual([])
      expect(await world.rows('SELECT chunks FROM lexical_statistic')).toEqual([{ chunks: 2 }])
    }, patience)
  })

  test('tries again what can pass, after a pause that nothing announces', async () => {
    await start()
    embeddings.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'Not now', { retryable: true })
    const { calls } = embeddings
    const id = await accept('Later')
    await vi.waitFor(() => expect(embeddings.calls).toBeGreaterThan(calls), patience)
    embeddings.failWith = null
    expect(await ended(id)).toMatchObject({ ready: 1 })
    expect(
      await world.rows(`SELECT attempts FROM document WHERE content_hash = encode(sha256('Later'), 'hex')`),
    ).toEqual([{ attempts: 2 }])
  })

  test('leaves a document alone that was queued again before its dead letter came', async () => {
    embeddings.failWith = new FailureError(FailureCode.UpstreamRejected, 'No')
    const id = await accept('Retried at once')
    await start()
    expect(await ended(id)).toMatchObject({ failed: 1 })
    stopping.abort()
    await world.boss.offWork('ingest-document', { wait: true })
    await world.boss.offWork('ingest-document-dead', { wait: true })
    await world.ingestions.retry(world.caller, id)
    // As a worker finds them that was busy until now: the retried document in the queue, and the letter beside it.
    await world.rows(`UPDATE pgboss.job SET state = 'created', start_after = now(), started_on = NULL,
      completed_on = NULL, heartbeat_on = NULL WHERE name = 'ingest-document-dead'`)
    const paused = await world.rows<{ id: string }>(
      `UPDATE pgboss.job SET start_after = now() + interval '1 h' WHERE name = 'ingest-document' AND state = 'created'
       RETURNING id`,
    )
    expect(paused).toHaveLength(1)
    stopping = new AbortController()
    await start()
    await vi.waitFor(async () => expect(await waiting('ingest-document-dead')).toEqual([]), patience)
    expect((await world.ingestions.counts(world.caller, [id])).get(id)).toMatchObject({ queued: 1 })
    await world.ingestions.cancel(world.caller, id)
  })

  test('ends a document INTERRUPTED whose every attempt was cut off', async () => {
    const id = await accept('Cut off')
    // As the supervisor leaves it, after the last worker died with it.
    const [job] = await world.boss.fetch('ingest-document')
    await world.rows(`UPDATE document SET status = 'PARSING', attempts = 6 WHERE status = 'QUEUED'`)
    await world.rows(`UPDATE pgboss.job SET retry_count = retry_limit WHERE id = $1`, job?.id)
    await world.boss.fail('ingest-document', job?.id ?? '', { value: 'job heartbeat timeout' })
    await start()
    expect(await ended(id)).toMatchObject({ failed: 1 })
    expect(
      await world.rows(`SELECT failure ->> 'code' AS code FROM document WHERE status = 'FAILED'
        AND content_hash = encode(sha256('Cut off'), 'hex')`),
    ).toEqual([{ code: 'INTERRUPTED' }])
  })

  test('keeps one job of a fill whose model is away, however many were queued', async () => {
    const id = await accept('Without a vector')
    await start()
    expect(await ended(id)).toMatchObject({ ready: 1 })
    await vi.waitFor(async () => expect(await waiting('fill-workspace')).toEqual([]), patience)
    await world.rows('DELETE FROM chunk_embedding')
    embeddings.failWith = new FailureError(FailureCode.UpstreamUnavailable, 'Away', { retryable: true })
    const { workspaceId } = world.caller
    const [active] = await world.rows<{ space: number }>(
      'SELECT embedding_space_id AS space FROM workspace WHERE id = $1',
      workspaceId,
    )
    for (let document = 0; document < 4; document++) {
      const { calls } = embeddings
      await world.dependencies.jobs.fillWorkspace(workspaceId, active?.space ?? 0, world.database.pool)
      await vi.waitFor(() => expect(embeddings.calls).toBeGreaterThan(calls), patience)
      const begun = `SELECT id FROM pgboss.job WHERE name = 'fill-workspace' AND state IN ('created', 'active')`
      await vi.waitFor(async () => expect(await world.rows(begun)).toEqual([]), patience)
    }
    expect(await waiting('fill-workspace')).toHaveLength(1)
    embeddings.failWith = null
    await vi.waitFor(async () => expect(await waiting('fill-workspace')).toEqual([]), { timeout: 50_000 })
    expect(await world.rows('SELECT count(*)::int FROM chunk_embedding')).not.toEqual([{ count: 0 }])
  })

  test('hands back what it is at when the process stops', async () => {
    await start()
    const { promise, resolve } = Promise.withResolvers<void>()
    embeddings.gate = promise
    const calls = embeddings.calls
    const id = await accept('Stopped')
    await vi.waitFor(() => expect(embeddings.calls).toBeGreaterThan(calls), patience)
    stopping.abort(new DOMException('The process stops', 'AbortError'))
    embeddings.gate = null
    resolve()
    await world.boss.offWork('ingest-document', { wait: true })
    expect((await world.ingestions.counts(world.caller, [id])).get(id)).toMatchObject({ queued: 1 })
    stopping = new AbortController()
    await start()
    expect(await ended(id)).toMatchObject({ ready: 1 })
  })
})
