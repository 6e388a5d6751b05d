import type pg from 'pg'
import { type Caller, requireScope } from '../access/caller.ts'
import type { ChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { retryConflict } from '../db/retry-conflict.ts'
import * as sql from '../db/sql/ingestion.ts'
import { transaction } from '../db/transaction.ts'
import { NotFoundError } from '../errors.ts'
import type { Ingestion } from '../generated/prisma/client.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { activeTraceparent } from '../telemetry/tracing.ts'
import { acceptDocuments } from './accept-documents.ts'
import { deleteDocuments } from './delete-documents.ts'
import { followIngestion } from './follow-ingestion.ts'
import type { IngestionCounts, Ingestions } from './ingestion.ts'
import type { IngestionJobs } from './ingestion-jobs.ts'
import { settleIngestions } from './settle-ingestions.ts'

export interface IngestionDependencies {
  readonly database: Database
  readonly jobs: IngestionJobs
  readonly changes: ChangeFeed
  readonly metrics: Pick<Metrics, 'documents'>
}

export function createIngestions(dependencies: IngestionDependencies): Ingestions {
  const { database, jobs, metrics } = dependencies
  const { pool, prisma } = database

  const inTransaction = <T>(work: (client: pg.PoolClient) => Promise<T>) =>
    retryConflict(() => transaction(pool, work))

  async function find({ workspaceId }: Caller, id: string): Promise<Ingestion> {
    const ingestion = await prisma.ingestion.findFirst({ where: { id, workspaceId } })
    if (!ingestion) throw new NotFoundError('There is no such ingestion')
    return ingestion
  }

  return {
    accept: (caller, collection, documents) => acceptDocuments(dependencies, caller, collection, documents),
    follow: (caller, id, signal) => followIngestion(dependencies, caller, id, signal),
    deleteDocuments: (caller, ids) => deleteDocuments(dependencies, caller, ids),

    async retry(caller, id) {
      requireScope(caller, 'WRITE')
      const { workspaceId, collectionId } = await find(caller, id)
      await inTransaction(async (client) => {
        await sql.holdCollection(client, collectionId)
        await sql.holdDocuments(client, id)
        const again = await sql.requeueUnsuccessful(client, id)
        const traceparent = activeTraceparent()
        const work = again.map(({ document_id, version }) => ({
          workspaceId,
          documentId: document_id,
          version,
          ingestionId: id,
          ...(traceparent && { traceparent }),
        }))
        await jobs.ingestDocuments(collectionId, work, client)
      })
      await settleIngestions(pool, [id])
      return find(caller, id)
    },

    async cancel(caller, id) {
      requireScope(caller, 'WRITE')
      const { collectionId } = await find(caller, id)
      const cancelled = await inTransaction(async (client) => {
        await sql.holdCollection(client, collectionId)
        await sql.holdDocuments(client, id)
        return sql.cancelUnfinished(client, id)
      })
      metrics.documents.inc({ outcome: 'cancelled' }, cancelled.length)
      await settleIngestions(pool, [id])
      return find(caller, id)
    },

    async counts({ workspaceId }, ids) {
      const rows = await sql.countDocuments(pool, workspaceId, [...ids])
      const counts = new Map<string, IngestionCounts>(ids.map((id) => [id, none]))
      for (const { ingestion_id, ...each } of rows) {
        const { queued, running, ready, failed, cancelled } = each
        counts.set(ingestion_id, { ...each, total: queued + running + ready + failed + cancelled })
      }
      return counts
    },
  }
}

const none: IngestionCounts = { total: 0, queued: 0, running: 0, ready: 0, failed: 0, cancelled: 0 }
