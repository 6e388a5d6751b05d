import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { draft, forever } from '../../../test/testkit/ingest-world.ts'
import { type MigrationWorld, openMigrationWorld } from '../../../test/testkit/migration-world.ts'
import { kinds, logger } from '../../../test/testkit/open-database.ts'
import { UnavailableError } from '../../errors.ts'
import { createEmbedders } from '../../providers/embeddings/embedders.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'
import { createRetriever } from '../../retrieval/create-retriever.ts'
import type { RetrievalMode } from '../../retrieval/retrieval.ts'
import { ingestDocument } from '../ingest-document.ts'
import { fillWorkspace } from './fill-workspace.ts'
import { spacesOf } from './spaces.ts'
import { tendWorkspace } from './tend-workspace.ts'

const words = ['lantern', 'harbour', 'granite']

describe.each(kinds)('the space of a workspace on %s', () => {
  let world: MigrationWorld
  beforeAll(async () => {
    world = await openMigrationWorld()
  })
  beforeEach(() => world.moveIn())
  afterAll(() => world?.[Symbol.asyncDispose]())

  /** A process with its own configuration. */
  function processWith(primary: Embeddings | null, next: Embeddings | null = null) {
    const embedders = createEmbedders(primary, next)
    const dependencies = { ...world.dependencies, embedders }
    const { database, metrics } = dependencies
    const retriever = createRetriever({ database, embedders, reranker: null, metrics, logger })
    const { workspaceId } = world.caller
    return {
      tend: () => tendWorkspace(dependencies, workspaceId),
      async fill() {
        const spaces = await spacesOf(database.pool, workspaceId)
        for (const space of [spaces?.active, spaces?.migration?.space])
          if (space) await fillWorkspace(dependencies, workspaceId, space.id, forever)
      },
      async ingest(...texts: string[]) {
        const drafts = texts.map((text) => draft({ externalId: text, source: { text } }))
        await world.ingestions.accept(world.caller, 'default', drafts)
        for (const job of await world.takeJobs())
          await ingestDocument(dependencies, job, { last: false, signal: forever, stopping: forever })
      },
      retrieve: (mode: RetrievalMode) =>
        retriever.retrieve(
          world.caller,
          { query: 'harbour', collection: 'default', topK: 9, mode, filter: null, minScore: null },
          forever,
        ),
    }
  }

  test('is there at once where there are no passages, and is not made where there is no model', async () => {
    await processWith(null).tend()
    expect(await spacesOf(world.database.pool, world.caller.workspaceId)).toEqual({
      active: null,
      migration: null,
    })
    await processWith(world.current).tend()
    const spaces = await spacesOf(world.database.pool, world.caller.workspaceId)
    expect(spaces).toMatchObject({ active: { dimensions: 64 }, migration: null })
    const process = processWith(world.current)
    await process.ingest(...words)
    expect((await process.retrieve('VECTOR')).hits).toHaveLength(3)
  })

  test('is searched only when every passage has a vector in it', async () => {
    await processWith(null).ingest(...words)
    const process = processWith(world.current)
    await process.tend()
    await process.tend()
    expect(await world.migrations.find(world.caller, null)).toMatchObject({
      automatic: true,
      status: 'RUNNING',
    })
    expect((await process.retrieve('HYBRID')).mode).toBe('LEXICAL')
    await expect(process.retrieve('VECTOR')).rejects.toBeInstanceOf(UnavailableError)
    await process.fill()
    expect(await world.migrations.find(world.caller, null)).toMatchObject({
      automatic: true,
      status: 'COMPLETED',
    })
    expect((await process.retrieve('HYBRID')).mode).toBe('HYBRID')
    expect((await process.retrieve('VECTOR')).hits).toHaveLength(3)
  })

  test('is begun by the first document, too, where no worker has looked yet', async () => {
    await processWith(null).ingest(...words)
    const process = processWith(world.current)
    await process.ingest('A pelican')
    await process.fill()
    expect((await process.retrieve('VECTOR')).hits).toHaveLength(4)
  })

  test('is changed in the background where its model is not configured any more', async () => {
    await processWith(world.current).ingest(...words)
    const process = processWith(world.next)
    await process.tend()
    expect((await process.retrieve('HYBRID')).mode).toBe('LEXICAL')
    await expect(process.retrieve('VECTOR')).rejects.toThrow('not configured')
    await process.fill()
    expect((await process.retrieve('HYBRID')).mode).toBe('HYBRID')
    expect((await process.retrieve('VECTOR')).hits).toHaveLength(3)
  })

  test('is not changed back by a process that knows only the model that was left', async () => {
    await processWith(world.current).ingest(...words)
    const { id } = await world.migrations.start(world.admin, { model: null, dimensions: null })
    await world.fillAll()
    await world.migrations.complete(world.admin, id)
    const old = processWith(world.current)
    await old.tend()
    expect((await world.migrations.find(world.caller, null))?.id).toBe(id)
    expect((await old.retrieve('HYBRID')).mode).toBe('LEXICAL')
    // What it ingests is found by words, until a worker that has the model gives it its vectors.
    await old.ingest('A pelican')
    const later = processWith(world.next)
    await later.tend()
    expect((await later.retrieve('VECTOR')).hits).toHaveLength(3)
    await later.fill()
    expect((await later.retrieve('VECTOR')).hits).toHaveLength(4)
  })

  test('gives way to a change that somebody asks for', async () => {
    await processWith(null).ingest(...words)
    await processWith(world.current).tend()
    const asked = await world.migrations.start(world.admin, { model: null, dimensions: 32 })
    expect(asked).toMatchObject({ automatic: false, fromSpaceId: null, toDimensions: 32 })
    await world.fillAll()
    await world.migrations.complete(world.admin, asked.id)
    expect((await processWith(null, world.next).retrieve('VECTOR')).hits).toHaveLength(3)
  })

  test('is found by the upgrade of an installation where it has all vectors, and else made', async () => {
    const folder = new URL('../../../prisma/migrations/20261122020000_embedding_migrations/', import.meta.url)
    const sql = await readFile(new URL('migration.sql', folder), 'utf8')
    const upgrade = sql.slice(sql.lastIndexOf('UPDATE "workspace"'))
    const upgraded = async () => {
      await world.rows('UPDATE workspace SET embedding_space_id = NULL')
      await world.rows(upgrade)
      return (await spacesOf(world.database.pool, world.caller.workspaceId))?.active?.dimensions
    }
    await processWith(world.current).ingest(...words)
    expect(await upgraded()).toBe(64)
    await world.rows('DELETE FROM chunk_embedding WHERE chunk_id = (SELECT min(id::text)::uuid FROM chunk)')
    expect(await upgraded()).toBeUndefined()
    const process = processWith(world.current)
    world.current.texts.length = 0
    await process.tend()
    await process.fill()
    expect(world.current.texts, 'the other vectors are taken over').toHaveLength(1)
    expect((await process.retrieve('VECTOR')).hits).toHaveLength(3)
  })
})
