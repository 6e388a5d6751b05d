import { listSpaces } from '../../db/sql/embedding-space.ts'
import { hasPassages, listWorkspaces } from '../../db/sql/workspace-spaces.ts'
import { spacesOf } from './spaces.ts'
import { type TendDependencies, tendWorkspace } from './tend-workspace.ts'

const batchSize = 100
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

/**
 * Looks after every workspace when a worker starts: those without a space to search get one, and fills that nobody is
 * at go on. @param spaceId of the model in use; another process's is left to its workers
 */
export async function tendWorkspaces(
  dependencies: TendDependencies,
  spaceId: number,
  signal: AbortSignal,
): Promise<void> {
  const { database, jobs, embedders } = dependencies
  const { pool } = database
  const { primary } = embedders
  const asked = (await listSpaces(pool)).find(({ id }) => id === spaceId)
  if (!primary || (asked && embedders.find(asked) !== primary)) return
  let after = beforeAllIds
  for (;;) {
    const workspaces = await listWorkspaces(pool, after, batchSize)
    const last = workspaces.at(-1)
    if (!last) return
    for (const { id } of workspaces) {
      signal.throwIfAborted()
      await tendWorkspace(dependencies, id)
      const [passages] = await hasPassages(pool, id)
      const spaces = await spacesOf(pool, id)
      if (!passages?.has || !spaces) continue
      const { active, migration } = spaces
      if (active && embedders.find(active)) await jobs.fillWorkspace(id, active.id, pool)
      if (migration) await jobs.fillWorkspace(id, migration.space.id, pool)
    }
    after = last.id
  }
}
