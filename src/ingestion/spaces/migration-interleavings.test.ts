import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, forever, type IngestWorld, openIngestWorld } from '../../../test/testkit/ingest-world.ts'
import { Gates, gatedEmbeddings, gatedSite, Workers } from '../../../test/testkit/interleaving.ts'
import { kinds, logger } from '../../../test/testkit/open-database.ts'
import { type Caller, Scope } from '../../access/caller.ts'
import { createChangeFeed } from '../../db/change-feed.ts'
import { embeddingChannel } from '../../db/sql/embedding-migration.ts'
import { ConflictError } from '../../errors.ts'
import { createMigrations } from './create-migrations.ts'
import { dropVectors } from './drop-vectors.ts'
import { fillWorkspace } from './fill-workspace.ts'
import type { EmbeddingMigrations } from './migrations.ts'

const texts = ['Apples grow on trees. Pears do, too.', 'Boats float on water.\n\nSome sink.', 'Clouds rain.']
const index = fc.nat({ max: 5 })
const outcome = fc.constantFrom('answer' as const, 'answer' as const, 'later' as const)
const a = <D extends string>(does: D, weight: number) => ({
  weight,
  arbitrary: fc.record({
    do: fc.constant(does),
    document: fc.nat({ max: 2 }),
    text: fc.nat({ max: 2 }),
    dimensions: fc.constantFrom(8, 16),
    index,
    outcome,
  }),
})
const act = fc.oneof(
  a('accept', 5),
  a('take', 6),
  a('release', 6),
  a('stop', 1),
  a('delete', 1),
  a('start', 4),
  a('fill', 5),
  a('complete', 4),
  a('abandon', 1),
  a('drop', 2),
  a('wait', 3),
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

describe.each(kinds)('migrations and ingestion in whatever order on %s', (kind) => {
  const models = new Gates()
  const stack = new AsyncDisposableStack()
  let world: IngestWorld
  let migrations: EmbeddingMigrations
  let count = 0

  beforeAll(async () => {
    world = stack.use(
      await openIngestWorld({
        embeddings: gatedEmbeddings(models, 16),
        nextEmbeddings: gatedEmbeddings(models, 8),
      }),
    )
    const changes = await createChangeFeed(world.database.notifications, embeddingChannel)
    stack.defer(() => changes.close())
    migrations = createMigrations({ ...world.dependencies, logger, changes })
  })
  afterAll(() => stack.disposeAsync())

  async function play(acts: readonly Act[]) {
    const { prisma, pool } = world.database
    const { id: workspaceId } = await prisma.workspace.create({ data: { name: `w-${count++}` } })
    const caller: Caller = { workspaceId, scopes: [Scope.Read, Scope.Write, Scope.Admin] }
    const workers = new Workers(world, gatedSite(new Gates()))
    const fills = new Set<Promise<unknown>>()
    models.close()

    const open = () => prisma.embeddingMigration.findFirst({ where: { workspaceId, finishedAt: null } })
    /** A refusal is an answer, too. */
    const unlessRefused = (work: Promise<unknown>) =>
      work.catch((error: unknown) => {
        if (!(error instanceof ConflictError)) throw error
      })
    const fill = async () => {
      await world.rows(
        `UPDATE pgboss.job SET start_after = now() WHERE name = 'fill-workspace' AND state = 'retry'`,
      )
      const [job] = await world.boss.fetch<{ spaceId: number; workspaceId: string }>('fill-workspace')
      if (!job) return false
      const { spaceId } = job.data
      const filling = fillWorkspace(world.dependencies, job.data.workspaceId, spaceId, forever)
        .then((done) => world.boss[done ? 'complete' : 'fail']('fill-workspace', job.id))
        .finally(() => fills.delete(filling))
      fills.add(filling)
      return true
    }
    const steps: { readonly [K in Act['do']]: (act: Act) => unknown } = {
      accept: ({ document, text }) =>
        world.ingestions.accept(caller, 'default', [
          draft({ externalId: `${document}`, source: { text: texts[text] ?? '' } }),
        ]),
      take: () => workers.takeOne(false),
      release: ({ index, outcome }) => models.release(index, outcome),
      stop: ({ index }) => workers.stopOne(index),
      delete: async ({ document }) => {
        const rows = await prisma.document.findMany({ where: { workspaceId, externalId: `${document}` } })
        await world.ingestions.deleteDocuments(
          caller,
          rows.map(({ id }) => id),
        )
      },
      start: ({ dimensions }) => unlessRefused(migrations.start(caller, { model: null, dimensions })),
      fill,
      // A switch waits for swaps, and they may wait for a later step: it is not waited for.
      complete: async () => {
        const migration = await open()
        if (migration) await unlessRefused(migrations.complete(caller, migration.id))
      },
      abandon: async () => {
        const migration = await open()
        if (migration) await unlessRefused(migrations.abandon(caller, migration.id))
      },
      drop: () => dropVectors(pool, workspaceId, forever),
      wait: () => pause(2),
    }
    for (const each of acts) await steps[each.do](each)

    // From here on everything goes well, until nothing is left to do.
    models.open('answer')
    await workers.workOff()
    do await Promise.all(fills)
    while (await fill())
    await Promise.all(fills)
    await world.rows(`UPDATE embedding_migration SET finished_at = finished_at - interval '1 h'`)
    await dropVectors(pool, workspaceId, forever)
    const migration = await open()
    return { workspaceId, migration }
  }

  // Embedded, there is one connection: nothing happens between two statements of a transaction.
  test.skipIf(kind === 'embedded')(
    'every passage has its vectors in the spaces that the workspace uses, and in no other',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 40 }), async (acts) => {
          const { workspaceId, migration } = await play(acts)
          if (migration) expect(migration.status).toBe('READY')
          const [workspace] = await world.rows<{ id: number | null }>(
            'SELECT embedding_space_id AS id FROM workspace WHERE id = $1',
            workspaceId,
          )
          const used = [workspace?.id, migration?.toSpaceId].filter((id) => typeof id === 'number')
          const passages = await world.rows<{ spaces: number[] }>(
            `SELECT ARRAY(SELECT space_id FROM chunk_embedding WHERE chunk_id = chunk.id ORDER BY 1) AS spaces
             FROM chunk WHERE workspace_id = $1 AND term_ids IS NOT NULL`,
            workspaceId,
          )
          for (const { spaces } of passages)
            expect(spaces).toEqual(used.toSorted((one, other) => one - other))
          if (passages.length > 0) expect(workspace?.id).not.toBeNull()
          expect(
            await world.rows(
              'SELECT FROM staged_embedding JOIN document ON document.id = document_id WHERE workspace_id = $1',
              workspaceId,
            ),
          ).toEqual([])
          await world.rows('DELETE FROM workspace WHERE id = $1', workspaceId)
          await world.rows(`DELETE FROM pgboss.job WHERE state < 'completed'`)
        }),
        { numRuns: 60, seed: 20_261_122, endOnFailure: true },
      )
    },
    600_000,
  )
})
