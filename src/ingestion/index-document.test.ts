import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  draft,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from '../../test/testkit/ingest-world.ts'
import { insideTransaction } from '../../test/testkit/locks.ts'
import { kinds } from '../../test/testkit/open-database.ts'
import { fillSpace } from '../db/sql/embedding-fill.ts'
import { uuidV7 } from '../db/uuid-v7.ts'
import { RetrievalMode } from '../retrieval/retrieval.ts'
import { hashBytes } from '../retrieval/vector/input-hash.ts'
import { vectorLiteral } from '../retrieval/vector/passage-vector.ts'
import { spacesOf } from './spaces/spaces.ts'

describe.each(kinds)('the swap of a content for a newer one on %s', (kind) => {
  const embeddings = fakeEmbeddings()
  let world: IngestWorld

  beforeAll(async () => {
    world = await openIngestWorld({ embeddings })
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  async function ingest(collection: string, text: string): Promise<string> {
    const documents = [draft({ externalId: 'a', title: 'The title', source: { text } })]
    const { results } = await world.ingestions.accept(world.caller, collection, documents)
    await world.work()
    return results[0]?.document?.id ?? ''
  }
  const find = async (collection: string, query: string, mode: RetrievalMode = RetrievalMode.Lexical) => {
    const request = { query, collection, topK: 100, mode, filter: null, minScore: null }
    return (await world.retriever.retrieve(world.caller, request, forever)).hits
  }
  /** A run whose evidence the document's first chunk is. */
  async function cite(documentId: string, db: { query(text: string, values: unknown[]): Promise<unknown> }) {
    const conversationId = uuidV7()
    const runId = uuidV7()
    const { workspaceId } = world.caller
    await db.query(
      `INSERT INTO conversation (id, workspace_id, title, updated_at) VALUES ($1, $2, 'Talk', now())`,
      [conversationId, workspaceId],
    )
    await db.query(
      `INSERT INTO run (id, workspace_id, conversation_id, question, input) VALUES ($1, $2, $3, 'Why?', '{}')`,
      [runId, workspaceId, conversationId],
    )
    await db.query(
      `INSERT INTO run_hit (run_id, rank, workspace_id, chunk_id, score)
       SELECT $1, 1, $2, id, 1 FROM chunk WHERE document_id = $3 ORDER BY document_version, ordinal LIMIT 1`,
      [runId, workspaceId, documentId],
    )
    await db.query(
      `INSERT INTO run_citation (run_id, ordinal, workspace_id, marker, chunk_id, quote, start, "end", verified)
       SELECT run_id, 0, workspace_id, 1, chunk_id, 'a quote', 0, 7, TRUE FROM run_hit WHERE run_id = $1`,
      [runId],
    )
    return runId
  }
  const chunks = (documentId: string) =>
    world.rows<{ version: number; searchable: boolean; vectors: number }>(
      `SELECT document_version AS version, term_ids IS NOT NULL AS searchable,
         (SELECT count(*)::int FROM chunk_embedding WHERE chunk_id = chunk.id) AS vectors
       FROM chunk WHERE document_id = $1 ORDER BY document_version, ordinal`,
      documentId,
    )

  test('shows every reader all of one or all of the other', async () => {
    const content = (version: number) =>
      Array.from(
        { length: 20 },
        (_, part) => `# Part ${part}\n\nlighthouse ${version}-${part} ${'word '.repeat(300)}`,
      ).join('\n\n')
    await ingest('swap', content(1))
    let swapping = true
    const read = async () => {
      while (swapping) {
        // Embedded, everything happens in this thread: without a pause the readers would leave no turn to the writer.
        await setImmediate()
        const hits = await find('swap', 'lighthouse')
        const versions = new Set(hits.map(({ chunk }) => chunk.documentVersion))
        expect(versions.size).toBe(1)
        expect(hits.length).toBeGreaterThanOrEqual(20)
      }
    }
    const readers = [read(), read()]
    for (let version = 2; version <= 4; version++) await ingest('swap', content(version))
    swapping = false
    await Promise.all(readers)
  })

  test('keeps what a run cites, where no search finds it', async () => {
    const documentId = await ingest('cited', 'The old lighthouse')
    const runId = await cite(documentId, world.database.pool)
    await ingest('cited', 'The new lighthouse')
    expect(await chunks(documentId)).toEqual([
      { version: 1, searchable: false, vectors: 0 },
      { version: 2, searchable: true, vectors: 1 },
    ])
    for (const mode of Object.values(RetrievalMode)) {
      const hits = await find('cited', 'old lighthouse', mode)
      expect(hits.map(({ chunk }) => chunk.documentVersion)).toEqual([2])
    }
    // And once more: what was kept before is not counted twice.
    await ingest('cited', 'The newest lighthouse')
    expect(await chunks(documentId)).toMatchObject([{ version: 1, searchable: false }, { version: 3 }])

    await world.ingestions.deleteDocuments(world.caller, [documentId])
    expect(await world.rows('SELECT FROM run_hit WHERE run_id = $1', runId)).toEqual([])
    expect(
      await world.rows('SELECT marker, chunk_id, quote, verified FROM run_citation WHERE run_id = $1', runId),
    ).toEqual([{ marker: 1, chunk_id: null, quote: null, verified: false }])
  })

  test('goes with its collection, quotes and all', async () => {
    const documentId = await ingest('dropped', 'The old lighthouse')
    const runId = await cite(documentId, world.database.pool)
    expect(await world.collections.delete(world.caller, 'dropped')).toMatchObject({ documents: 1 })
    expect(await world.rows('SELECT chunk_id, quote FROM run_citation WHERE run_id = $1', runId)).toEqual([
      { chunk_id: null, quote: null },
    ])
    expect(await world.rows('SELECT FROM run_hit WHERE run_id = $1', runId)).toEqual([])
    const [left] = await world.rows(
      `SELECT (SELECT count(*)::int FROM chunk WHERE document_id = $1) AS chunks,
         (SELECT count(*)::int FROM document_source WHERE document_id = $1) AS sources`,
      documentId,
    )
    expect(left).toEqual({ chunks: 0, sources: 0 })
  })

  test('keeps the sources of the content that is searchable only', async () => {
    const documentId = await ingest('sources', 'The first')
    await ingest('sources', 'The second')
    expect(
      await world.rows('SELECT version, text FROM document_source WHERE document_id = $1', documentId),
    ).toEqual([{ version: 2, text: 'The second' }])
  })

  describe.skipIf(kind === 'embedded')('crossed by another transaction', () => {
    test('keeps the chunk that a run is about to cite', async () => {
      const documentId = await ingest('citing', 'The old lighthouse')
      let runId = ''
      await insideTransaction(
        world.database.pool,
        async (client) => {
          runId = await cite(documentId, client)
        },
        () => ingest('citing', 'The new lighthouse'),
      )
      expect(await world.rows('SELECT FROM run_hit WHERE run_id = $1', runId)).toHaveLength(1)
      expect(await chunks(documentId)).toMatchObject([
        { version: 1, searchable: false },
        { version: 2, searchable: true },
      ])
    })

    test('leaves no vector that is just being filled in', async () => {
      const documentId = await ingest('filling', 'The old lighthouse')
      await cite(documentId, world.database.pool)
      const [chunk] = await world.rows<{ id: string }>(
        'SELECT id FROM chunk WHERE document_id = $1',
        documentId,
      )
      await world.rows('DELETE FROM chunk_embedding WHERE chunk_id = $1', chunk?.id)
      const [vector] = await embeddings.embed(['The old lighthouse'], 'passage', forever)
      const { workspaceId } = world.caller
      const space = (await spacesOf(world.database.pool, workspaceId))?.active
      if (!vector || !space) throw new Error('No vector')
      const id = chunk?.id ?? ''
      await insideTransaction(
        world.database.pool,
        (client) =>
          fillSpace(
            client,
            workspaceId,
            space.id,
            [id],
            [1],
            [vectorLiteral(vector)],
            Buffer.alloc(hashBytes),
          ),
        () => ingest('filling', 'The new lighthouse'),
      )
      expect(await chunks(documentId)).toEqual([
        { version: 1, searchable: false, vectors: 0 },
        { version: 2, searchable: true, vectors: 1 },
      ])
    })

    test('purges the quote that a run is about to write', async () => {
      const documentId = await ingest('quoting', 'The old lighthouse')
      let runId = ''
      await insideTransaction(
        world.database.pool,
        async (client) => {
          runId = await cite(documentId, client)
        },
        () => world.ingestions.deleteDocuments(world.caller, [documentId]),
      )
      expect(await world.rows('SELECT chunk_id, quote FROM run_citation WHERE run_id = $1', runId)).toEqual([
        { chunk_id: null, quote: null },
      ])
    })
  })
})
