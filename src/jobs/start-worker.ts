import type { PgBoss } from 'pg-boss'
import { ensureSpace } from '../db/sql/embedding-space.ts'
import type { IngestDependencies } from '../ingestion/ingest-document.ts'
import { recoverIngestions } from '../ingestion/recover-ingestions.ts'
import { reindexOutdated } from '../ingestion/reindex-outdated.ts'
import { dropVectorsJob } from './drop-vectors-job.ts'
import { fillEmbeddingSpaceJob } from './fill-embedding-space-job.ts'
import { fillWorkspaceJob } from './fill-workspace-job.ts'
import { foldStatisticsJob } from './fold-statistics-job.ts'
import { ingestDocumentDeadJob, ingestDocumentJob } from './ingest-document-job.ts'
import { measureQueues } from './measure-queues.ts'
import { reindexCollectionJob } from './reindex-collection-job.ts'
import { workQueue } from './work-queue.ts'

export interface WorkerDependencies extends IngestDependencies {
  readonly boss: PgBoss
  /** Aborts when the process stops: what is being worked on is handed back. */
  readonly stopping: AbortSignal
}

/** How long a document has to have been left alone before it is looked for a job of it, and how often. */
const recovery = { idleSeconds: 300, everyMs: 300_000 } as const

/** Works on every queue. Dispose it before the queue is stopped. */
export async function startWorker(dependencies: WorkerDependencies): Promise<Disposable> {
  const { boss, database, embedders, metrics, logger } = dependencies
  await workQueue(dependencies, ingestDocumentJob(dependencies))
  await workQueue(dependencies, ingestDocumentDeadJob(dependencies))
  await workQueue(dependencies, foldStatisticsJob(database))
  await workQueue(dependencies, reindexCollectionJob(dependencies))
  await reindexOutdated(dependencies)
  await workQueue(dependencies, fillEmbeddingSpaceJob(dependencies))
  await workQueue(dependencies, fillWorkspaceJob(dependencies))
  await workQueue(dependencies, dropVectorsJob(database))
  const { primary } = embedders
  if (primary) {
    const { id: spaceId } = await ensureSpace(database.pool, primary.model, primary.dimensions)
    await boss.send('fill-embedding-space', { spaceId }, { singletonKey: `${spaceId}` })
  }
  const measuring = measureQueues(database, metrics, logger)
  const recover = () =>
    void recoverIngestions(dependencies, recovery.idleSeconds).catch((error: unknown) =>
      logger.warn({ err: error }, 'Ingestions could not be looked through'),
    )
  recover()
  const timer = setInterval(recover, recovery.everyMs).unref()
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      measuring[Symbol.dispose]()
    },
  }
}
