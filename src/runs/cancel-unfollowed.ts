import { findUnfollowed, lockUnfollowed } from '../db/sql/run-finish.ts'
import { transaction } from '../db/transaction.ts'
import { outcomeOf } from './conclude-run.ts'
import { cancelLocked } from './end-run.ts'
import type { RunContext } from './run-context.ts'

/**
 * Cancels queued runs that nobody has followed for the grace period, at most `limit`: their turn would only come for
 * them to be cancelled then, and whoever lists the conversation would see them wait for nobody.
 */
export async function cancelUnfollowed(
  { database, options, metrics }: Pick<RunContext, 'database' | 'options' | 'metrics'>,
  limit: number,
): Promise<void> {
  const found = await findUnfollowed(database.reserved, options.graceMs, limit)
  for (const { id } of found) {
    const cancelled = await transaction(database.pool, async (client) => {
      // Somebody follows it by now, its turn has come, or another replica ends it.
      const [locked] = await lockUnfollowed(client, id, options.graceMs)
      if (locked) await cancelLocked(client, id)
      return locked !== undefined
    })
    if (cancelled) metrics.runs.inc({ outcome: outcomeOf.RunCancelled })
  }
}
