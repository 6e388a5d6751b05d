import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import pg from 'pg'
import type { Database } from './database.ts'
import { applyMigrations } from './schema-engine.ts'

/** "groundwire" in ASCII, cut to PostgreSQL's 63 bits. */
const migrationLock = '7453301687862227'

/**
 * Brings the database to this version's schema. Of several processes that start at once one migrates,
 * and the others wait for it and find nothing to do. `openQueue` runs under the same lock: the queue keeps
 * a schema of its own. @returns what it returned
 */
export async function migrate<T>(database: Database, openQueue: () => Promise<T>): Promise<T> {
  const bring = async () => {
    await applySchema(database)
    await createCheckpointer(database.pool).setup()
    return openQueue()
  }
  // Embedded there is one process (folder lock), and one connection, which the lock would take away.
  return database.kind === 'embedded' ? bring() : underLock(database.pool, bring)
}

/** The engine locks on a session and counts on its end to unlock: on a server it gets a pool of its own. */
async function applySchema(database: Database): Promise<string[]> {
  if (database.kind === 'embedded') return applyMigrations(database.pool)
  const pool = new pg.Pool({ ...database.pool.options, max: 1 })
  try {
    return await applyMigrations(pool)
  } finally {
    await pool.end()
  }
}

/** LangGraph's checkpoints, in a schema of their own. */
export function createCheckpointer(pool: pg.Pool): PostgresSaver {
  return new PostgresSaver(pool, undefined, { schema: 'langgraph' })
}

async function underLock<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    return await work()
  } finally {
    // Closing the connection gives the lock back even where the unlock itself could not be sent.
    client.release(true)
  }
}
