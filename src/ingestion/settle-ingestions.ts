import type pg from 'pg'
import * as sql from '../db/sql/ingestion.ts'
import { transaction } from '../db/transaction.ts'

/**
 * Ends those of the ingestions whose documents have all ended, and tells the followers of all of them. Runs after
 * the change is committed: of two documents that end at once, the later one sees both.
 */
export async function settleIngestions(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const states = await sql.endedIngestions(pool, [...ids])
  const ended = states.filter((state) => state.ended).map(({ id }) => id)
  if (ended.length === 0) return
  await transaction(pool, async (client) => {
    // Looked at again under the lock: a retry may have queued documents since, and would otherwise be overlooked.
    await sql.holdIngestions(client, ended)
    await sql.finishIngestions(client, ended)
  })
}
