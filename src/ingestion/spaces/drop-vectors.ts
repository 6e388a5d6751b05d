import type pg from 'pg'
import { deleteVectors } from '../../db/sql/embedding-fill.ts'
import { dropSpace, isUnused, listSpaces } from '../../db/sql/embedding-space.ts'
import { keepSpaces } from '../../db/sql/workspace-spaces.ts'
import { transaction } from '../../db/transaction.ts'

const batchSize = 1_000
const lockNotAvailable = '55P03'

/**
 * Deletes the vectors that a workspace has in spaces it does not use, in batches, and drops the spaces that no
 * workspace uses as a whole. @returns false where tables were too busy to be dropped: to be tried again later
 */
export async function dropVectors(pool: pg.Pool, workspaceId: string, signal: AbortSignal): Promise<boolean> {
  let complete = true
  for (const { id } of await listSpaces(pool)) {
    signal.throwIfAborted()
    if ((await isUnused(pool, id)).length === 0) await deleteAll(pool, workspaceId, id, signal)
    else if (!(await drop(pool, id))) complete = false
  }
  return complete
}

async function deleteAll(
  pool: pg.Pool,
  workspaceId: string,
  spaceId: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const deleted = await transaction(pool, async (client) => {
      await keepSpaces(client, workspaceId)
      return (await deleteVectors(client, workspaceId, spaceId, batchSize))[0]?.deleted ?? 0
    })
    if (deleted < batchSize) return
  }
}

async function drop(pool: pg.Pool, spaceId: number): Promise<boolean> {
  try {
    await dropSpace(pool, spaceId)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === lockNotAvailable) return false
    throw error
  }
}
