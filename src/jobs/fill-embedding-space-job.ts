import type { TendDependencies } from '../ingestion/spaces/tend-workspace.ts'
import { tendWorkspaces } from '../ingestion/spaces/tend-workspaces.ts'
import type { QueueWork } from './work-queue.ts'

export function fillEmbeddingSpaceJob(dependencies: TendDependencies): QueueWork<'fill-embedding-space'> {
  return {
    name: 'fill-embedding-space',
    async handle({ spaceId }, { signal }) {
      await tendWorkspaces(dependencies, spaceId, signal)
      return 'done'
    },
  }
}
