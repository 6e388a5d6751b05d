import { earlierFill } from '../db/sql/embedding-fill.ts'
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
      // It looks again later: what it was queued for may have come after the other's last look.
      if ((await earlierFill(dependencies.database.pool, id)).length > 0) return 'retry'
      return (await fillWorkspace(dependencies, workspaceId, spaceId, signal)) ? 'done' : 'retry'
    },
  }
}
