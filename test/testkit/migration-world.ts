import { randomUUID } from 'node:crypto'
import { type Caller, Scope } from '../../src/access/caller.ts'
import { createChangeFeed } from '../../src/db/change-feed.ts'
import { embeddingChannel } from '../../src/db/sql/embedding-migration.ts'
import { FailureCode, FailureError } from '../../src/failure.ts'
import { foldStatistics } from '../../src/ingestion/fold-statistics.ts'
import { createMigrations } from '../../src/ingestion/spaces/create-migrations.ts'
import { dropVectors } from '../../src/ingestion/spaces/drop-vectors.ts'
import { fillWorkspace } from '../../src/ingestion/spaces/fill-workspace.ts'
import type { EmbeddingMigrations } from '../../src/ingestion/spaces/migrations.ts'
import { spacesOf } from '../../src/ingestion/spaces/spaces.ts'
import {
  type FakeEmbeddings,
  fakeEmbeddings,
  forever,
  type IngestWorld,
  openIngestWorld,
} from './ingest-world.ts'
import { logger } from './open-database.ts'

/** An ingest world with a model in use and one to change to. No worker runs: a test takes the jobs when it wants them. */
export interface MigrationWorld extends IngestWorld {
  /** Of the workspace that the world is about at the time. */
  readonly caller: Caller
  readonly admin: Caller
  /** Makes the world about a new workspace, with models that take everything. The last one is deleted, jobs and all. */
  moveIn(): Promise<void>
  readonly migrations: EmbeddingMigrations
  readonly current: PickyEmbeddings
  readonly next: PickyEmbeddings
  /** Takes one job of a fill, and works on it. @returns how it ended; null where there was none */
  fillOnce(signal?: AbortSignal): Promise<boolean | null>
  /** Works on fills until none is queued. */
  fillAll(): Promise<void>
  /** Works on the deletions that are queued, also those that wait. @returns whether all could be done */
  dropAll(): Promise<boolean>
  /** How many vectors the searchable passages of a workspace have in each space, and how many passages there are. */
  vectors(workspaceId?: string): Promise<{ passages: number; spaces: Record<number, number> }>
}

/** Refuses a request with a text that it refuses, as servers do: the whole of it. */
export interface PickyEmbeddings extends FakeEmbeddings {
  refuses: (text: string) => boolean
  /** Texts in a request. */
  batch: number
}

function pickyEmbeddings(dimensions: number): PickyEmbeddings {
  const fake = fakeEmbeddings(dimensions)
  const answer = fake.embed
  const picky = Object.assign(fake, { refuses: (_text: string) => false, batch: 8 })
  picky.embed = async (texts, kind, signal) => {
    const vectors = await answer(texts, kind, signal)
    if (texts.some(picky.refuses))
      throw new FailureError(FailureCode.UpstreamRejected, 'The model refused it.')
    return vectors
  }
  picky.embedEach = async function* (texts, signal) {
    for (let start = 0; start < texts.length; start += picky.batch)
      yield { start, vectors: await picky.embed(texts.slice(start, start + picky.batch), 'passage', signal) }
  }
  return picky
}

export async function openMigrationWorld(): Promise<MigrationWorld> {
  const current = pickyEmbeddings(64)
  const next = pickyEmbeddings(32)
  const world = await openIngestWorld({ embeddings: current, nextEmbeddings: next })
  const { database, boss, dependencies } = world
  const changes = await createChangeFeed(database.notifications, embeddingChannel)
  const migrations = createMigrations({ ...dependencies, changes, logger })
  const take = async <T extends object>(queue: string) => {
    await world.rows(
      'UPDATE pgboss.job SET start_after = now() WHERE name = $1 AND start_after > now()',
      queue,
    )
    const [job] = await boss.fetch<T>(queue)
    if (job) await boss.complete(queue, job.id)
    return job?.data
  }
  let caller = world.caller
  const answers = [current, next].map((each) => [each, { ...each }] as const)
  const opened: MigrationWorld = {
    ...world,
    get caller() {
      return caller
    },
    get admin() {
      return { ...caller, scopes: [Scope.Read, Scope.Write, Scope.Admin] }
    },
    async moveIn() {
      for (const [model, initial] of answers) Object.assign(model, { ...initial, texts: [] })
      await world.rows(`DELETE FROM pgboss.job WHERE state < 'completed'`)
      await world.rows('DELETE FROM workspace')
      const { prisma, pool } = database
      const { id: workspaceId } = await prisma.workspace.create({ data: { name: randomUUID() } })
      await dropVectors(pool, workspaceId, forever)
      caller = { ...caller, workspaceId }
    },
    fold: async (name) => {
      const { workspaceId } = caller
      const found = await database.prisma.collection.findFirstOrThrow({ where: { workspaceId, name } })
      await foldStatistics(database, workspaceId, found.id, forever)
    },
    async fill() {
      const spaces = await spacesOf(database.pool, caller.workspaceId)
      for (const space of [spaces?.active, spaces?.migration?.space])
        if (space) await fillWorkspace(dependencies, caller.workspaceId, space.id, forever)
    },
    migrations,
    current,
    next,
    async fillOnce(signal = forever) {
      const job = await take<{ workspaceId: string; spaceId: number }>('fill-workspace')
      return job ? fillWorkspace(dependencies, job.workspaceId, job.spaceId, signal) : null
    },
    async fillAll() {
      while ((await opened.fillOnce()) !== null);
    },
    async dropAll() {
      // As when the searches have ended that had begun before the last switch.
      await world.rows(`UPDATE embedding_migration SET finished_at = finished_at - interval '1 h'`)
      let complete = true
      for (;;) {
        const job = await take<{ workspaceId: string }>('drop-vectors')
        if (!job) return complete
        complete = (await dropVectors(database.pool, job.workspaceId, forever)) && complete
      }
    },
    async vectors(workspaceId = caller.workspaceId) {
      const [passages] = await world.rows<{ count: number }>(
        'SELECT count(*)::int FROM chunk WHERE workspace_id = $1 AND term_ids IS NOT NULL',
        workspaceId,
      )
      const rows = await world.rows<{ space_id: number; count: number }>(
        'SELECT space_id, count(*)::int FROM chunk_embedding WHERE workspace_id = $1 GROUP BY space_id',
        workspaceId,
      )
      return {
        passages: passages?.count ?? 0,
        spaces: Object.fromEntries(rows.map(({ space_id, count }) => [space_id, count])),
      }
    },
    async [Symbol.asyncDispose]() {
      await changes.close()
      await world[Symbol.asyncDispose]()
    },
  }
  return opened
}
