import { earlierFill, waitingFill } from '../db/sql/embedding-fill.ts'
import { fillWorkspace } from '../ingestion/spaces/fill-workspace.ts'
import type { TendDependencies } from '../ingestion/spaces/tend-workspace.ts'
import type { QueueWork } from './work-queue.ts'

/** Fills at once: one that waits for its model holds up no other. */
const slots = 2

export function fillWorkspaceJob(dependencies: TendDependencies): QueueWork<'fill-workspace'> {
  return {
    name: 'fill-workspace',
    slots,
    async handle({ workspaceId, spaceId }, { id, signal }) {
      const { pool } = dependencies.database
      const isFirst = (await earlierFill(pool, id)).length === 0
      if (isFirst && (await fillWorkspace(dependencies, workspaceId, spaceId, signal))) return 'done'
      // What it was queued for is looked for again later, by one job: while a model is away, each document queues another.
      return (await waitingFill(pool, id)).length > 0 ? 'done' : 'retry'
    },
  }
}
