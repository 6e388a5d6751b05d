import type { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import type pg from 'pg'
import { createCheckpointer } from '../db/migrate.ts'
import { retryOutage } from '../lib/retry-outage.ts'
import type { LeaseGuard } from '../runs/lease.ts'

/**
 * The checkpoints of one run. Each transaction of the saver first makes sure that the lease is held: a process that
 * lost the run must not leave a checkpoint that its successor would take for its own. All that it writes can be
 * repeated (upserts), so a restart of the database is waited for.
 */
export function createRunCheckpointer(pool: pg.Pool, guard: LeaseGuard, signal: AbortSignal): PostgresSaver {
  const saver = createCheckpointer(guardedPool(pool, guard))
  const getTuple = saver.getTuple.bind(saver)
  const put = saver.put.bind(saver)
  saver.getTuple = (...parameters) => retryOutage(signal, () => getTuple(...parameters))
  saver.put = (...parameters) => retryOutage(signal, () => put(...parameters))
  // Spares nodes that finished beside one that failed. Here one node runs at a time, and its checkpoint follows.
  saver.putWrites = async () => {}
  return saver
}

/** The parts of a pool that the saver uses. */
function guardedPool(pool: pg.Pool, guard: LeaseGuard): pg.Pool {
  const guarded = {
    query: pool.query.bind(pool),
    async connect() {
      const client = await pool.connect()
      return {
        async query(text: string, values?: unknown[]) {
          const result = await client.query(text, values)
          if (text === 'BEGIN') await guard(client)
          return result
        },
        release: () => client.release(),
      }
    },
  }
  return guarded as unknown as pg.Pool
}
