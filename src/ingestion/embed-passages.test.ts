import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { recount, statistics } from '../../test/testkit/recount.ts'
import { FailureCode, FailureError } from '../failure.ts'
import type { EmbeddedRun } from '../providers/embeddings/embeddings.ts'
import { indexDocument } from './index-document.ts'
import { reindexCollection } from './reindex-collection.ts'

const unavailable = new FailureError(FailureCode.UpstreamUnavailable, 'Not now', { retryable: true })
const section = (name: string) => `# ${name}\n\n${`The ${name} stands here. `.repeat(30).trim()}`
const text = (...names: string[]) => names.map(section).join('\n\n')

describe.each(kinds)('the vectors of a document on %s', () => {
  const fake = fakeEmbeddings()
  const { embedEach } = fake
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings: fake })
  })
  afterEach(async () => {
    Object.assign(fake, { failWith: null, gate: null, embedEach })
    fake.texts.length = 0
    await world.takeJobs()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function accept(collection: string, content: string, over = {}): Promise<string> {
    const documents = [
      draft({
        externalId: 'a',
        title: 'Title',
        mimeType: 'text/markdown',
        source: { text: content },
        ...over,
      }),
    ]
    const { results } = await world.ingestions.accept(world.caller, collection, documents)
    return results[0]?.document?.id ?? ''
  }
  async function ingest(collection: string, content: string, over = {}): Promise<string> {
    const id = await accept(collection, content, over)
    await world.work()
    return id
  }
  /** The names of the sections that reached the model, once for each text. */
  const sent = () =>
    fake.texts.splice(0).map((each) => /stands/.test(each) && /The (\w+) stands/.exec(each)?.[1])
  const vectors = (documentId: string) =>
    world.rows<{ name: string; vector: string }>(
      `SELECT substring(text FROM 'The (\\w+) stands') AS name, embedding::text AS vector
       FROM chunk JOIN chunk_embedding ON chunk_id = chunk.id
       WHERE document_id = $1 AND term_ids IS NOT NULL ORDER BY ordinal`,
      documentId,
    )
  const staged = (documentId: string) =>
    world.rows('SELECT FROM staged_embedding WHERE document_id = $1', documentId)

  test('are made again only for passages whose text has changed', async () => {
    const id = await ingest('changed', text('lighthouse', 'harbour', 'pier'))
    expect(sent()).toEqual(['lighthouse', 'harbour', 'pier'])
    const before = await vectors(id)
    await ingest('changed', text('pier', 'windmill', 'lighthouse'))
    expect(sent()).toEqual(['windmill'])
    const after = await vectors(id)
    expect(after.map(({ name }) => name)).toEqual(['pier', 'windmill', 'lighthouse'])
    for (const { name, vector } of before) {
      const kept = after.find((each) => each.name === name)
      if (kept) expect(kept.vector).toBe(vector)
    }
    expect(await staged(id)).toEqual([])
    const counted = await recount(world, 'changed')
    expect(await statistics(world, 'changed', counted)).toEqual(counted)
  })

  test('are made once for a text that stands in the document twice', async () => {
    const id = await ingest('twice', text('lighthouse', 'harbour', 'lighthouse'))
    expect(sent().toSorted()).toEqual(['harbour', 'lighthouse'])
    expect(await vectors(id)).toHaveLength(3)
  })

  test('that an attempt was given before it broke off are there for the next one', async () => {
    const names = ['lighthouse', 'harbour', 'pier', 'windmill']
    const id = await accept('broken', text(...names))
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    fake.embedEach = async function* (texts, signal): AsyncGenerator<EmbeddedRun> {
      yield { start: 2, vectors: await fake.embed(texts.slice(2, 3), 'passage', signal) }
      yield { start: 0, vectors: await fake.embed(texts.slice(0, 1), 'passage', signal) }
      throw unavailable
    }
    expect(await world.attempt(work)).toBe('retry')
    expect(sent()).toEqual(['pier', 'lighthouse'])
    expect(await staged(id)).toHaveLength(2)
    fake.embedEach = embedEach
    expect(await world.attempt(work)).toBe('ready')
    expect(sent()).toEqual(['harbour', 'windmill'])
    expect((await vectors(id)).map(({ name }) => name)).toEqual(names)
    expect(await staged(id)).toEqual([])
  })

  test('are made again where a crash of the database has emptied what was staged', async () => {
    const id = await accept('crashed', text('lighthouse', 'harbour'))
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    fake.embedEach = async function* (texts, signal) {
      yield* embedEach(texts, signal)
      // The loop comes back here once they are staged.
      await world.rows('DELETE FROM staged_embedding WHERE document_id = $1', id)
    }
    expect(await world.attempt(work)).toBe('retry')
    const [{ chunks } = { chunks: 0 }] = await world.rows<{ chunks: number }>(
      'SELECT count(*)::int AS chunks FROM chunk WHERE document_id = $1',
      id,
    )
    expect(chunks, 'the swap was rolled back').toBe(0)
    fake.embedEach = embedEach
    expect(await world.attempt(work)).toBe('ready')
    expect(await vectors(id)).toHaveLength(2)
  })

  test('stay with no deleted document, however late they come', async () => {
    const id = await accept('deleted', text('lighthouse'))
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    fake.embedEach = async function* (texts, signal) {
      await world.ingestions.deleteDocuments(world.caller, [id])
      yield* embedEach(texts, signal)
    }
    expect(await world.attempt(work)).toBe('nothing to do')
    expect(await staged(id)).toEqual([])
  })

  test('are not asked for any more once the document was taken by another worker', async () => {
    const id = await accept('overtaken', text('lighthouse', 'harbour'))
    const [work] = await world.takeJobs()
    if (!work) throw new Error('No job')
    let runs = 0
    fake.embedEach = async function* (texts, signal) {
      for (const [start, each] of texts.entries()) {
        await world.rows('UPDATE document SET fence = fence + 1 WHERE id = $1', id)
        runs += 1
        yield { start, vectors: await fake.embed([each], 'passage', signal) }
      }
    }
    expect(await world.attempt(work)).toBe('nothing to do')
    expect(runs).toBe(1)
    expect(await staged(id)).toEqual([])
  })

  test('follow the title, which is part of what they are made from', async () => {
    await ingest('titled', text('lighthouse', 'harbour'))
    sent()
    await ingest('titled', text('lighthouse', 'harbour'), { title: 'Another title' })
    await reindexCollection(world.dependencies, await world.collectionId('titled'), forever)
    expect(sent()).toEqual(['lighthouse', 'harbour'])
  })

  test('that were filled in later serve the next version, too', async () => {
    const id = await ingest('filled', text('lighthouse', 'harbour'))
    await world.rows(
      'DELETE FROM chunk_embedding WHERE chunk_id IN (SELECT id FROM chunk WHERE document_id = $1)',
      id,
    )
    await world.fill()
    sent()
    await ingest('filled', text('lighthouse', 'pier'))
    expect(sent()).toEqual(['pier'])
  })

  test('come with the same version again, beside passages that a run cites', async () => {
    const id = await ingest('again', text('lighthouse', 'harbour'))
    sent()
    const [document] = await world.rows<{ version: number; fence: number; collection_id: string }>(
      'SELECT version, fence, collection_id FROM document WHERE id = $1',
      id,
    )
    if (!document) throw new Error('No document')
    const { database, jobs } = world.dependencies
    const [old] = await world.rows<{ id: string }>(
      'SELECT id FROM chunk WHERE document_id = $1 ORDER BY ordinal LIMIT 1',
      id,
    )
    await world.rows(
      `WITH talk AS (INSERT INTO conversation (id, workspace_id, title, updated_at)
         VALUES (gen_random_uuid(), $1, 'Talk', now()) RETURNING id),
       asked AS (INSERT INTO run (id, workspace_id, conversation_id, question, input)
         SELECT gen_random_uuid(), $1, id, 'Why?', '{}' FROM talk RETURNING id)
       INSERT INTO run_hit (run_id, rank, workspace_id, chunk_id, score) SELECT id, 1, $1, $2, 1 FROM asked`,
      world.caller.workspaceId,
      old?.id,
    )
    const content = text('lighthouse', 'harbour')
    const target = {
      kind: 'reindex',
      workspaceId: world.caller.workspaceId,
      documentId: id,
      version: document.version,
      fence: document.fence,
      ingestionId: null,
    } as const
    const indexed = {
      collectionId: document.collection_id,
      title: 'Title',
      contentTitle: null,
      chunkingVersion: 7,
      language: null,
      text: content,
      chunks: [{ ordinal: 0, start: 0, end: 12, text: content.slice(0, 12), headings: [], page: null }],
      stagedIn: [],
      canEmbed: () => false,
    }
    expect(await indexDocument(database.pool, jobs, { ...target, fence: document.fence - 1 }, indexed)).toBe(
      false,
    )
    expect(await indexDocument(database.pool, jobs, target, indexed)).toBe(true)
    await world.fill()
    const rows = await world.rows(
      `SELECT ordinal, document_version, term_ids IS NOT NULL AS searchable, id = $2::uuid AS cited FROM chunk
       WHERE document_id = $1 ORDER BY term_ids IS NULL`,
      id,
      old?.id,
    )
    expect(rows).toEqual([
      { ordinal: 0, document_version: 1, searchable: true, cited: false },
      { ordinal: 0, document_version: 1, searchable: false, cited: true },
    ])
    const [state] = await world.rows(
      'SELECT status::text, indexed_title, indexed_chunking, chunk_count FROM document WHERE id = $1',
      id,
    )
    expect(state).toEqual({ status: 'READY', indexed_title: 'Title', indexed_chunking: 7, chunk_count: 1 })
    const counted = await recount(world, 'again')
    expect(counted.chunks).toBe(1)
    expect(await statistics(world, 'again', counted)).toEqual(counted)
  })
})
