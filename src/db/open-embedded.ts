import { mkdir } from 'node:fs/promises'
import type { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Database } from './database.ts'
import { lockFolder } from './folder-lock.ts'
import { embeddedNotifications } from './notifications.ts'
import { PreparedQuery } from './prepared-query.ts'
import { sessionSettings } from './session-settings.ts'

/**
 * PostgreSQL in this process (PGlite), its files in `directory`.
 * @throws FolderLockedError where another process has the folder open
 */
export async function openEmbedded(directory: string, logger: Logger): Promise<Database> {
  // Loaded here: a process with a server of its own needs no 20 MB of WebAssembly.
  const [{ PGlite }, { btree_gin }, { createPgConfig }, { vector }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/btree_gin'),
    import('@electric-sql/pglite/node-postgres'),
    import('@electric-sql/pglite-pgvector'),
  ])
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const lock = await lockFolder(directory)
  let engine: PGlite
  try {
    engine = await PGlite.create({ dataDir: `${directory}/postgres`, extensions: { vector, btree_gin } })
  } catch (error) {
    await lock.release()
    throw error
  }
  await engine.exec(
    Object.entries(sessionSettings)
      .map(([name, value]) => `SET ${name} = '${value}';`)
      .join(''),
  )
  const config = createPgConfig(engine)
  mendParse(config.connection)
  // poolSize is 1, and the client must live as long as the pool: a session has no other connection.
  const pool = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: 0 } as pg.PoolConfig)
  keepClientAfterErrors(pool)
  pool.on('error', (error) => logger.error({ err: error }, 'The embedded database connection failed'))
  const notifications = embeddedNotifications(pool)
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    kind: 'embedded',
    pool,
    reserved: pool,
    prisma,
    notifications,
    async close() {
      await prisma.$disconnect()
      await notifications.close()
      await pool.end()
      await engine.close()
      await lock.release()
    },
  }
}

/**
 * pg's pool ends a client whose query failed, a unique key's refusal included. Here the next one would get the same
 * connection, with the first still listening on it, and both would take the answers to either's queries.
 */
function keepClientAfterErrors(pool: pg.Pool): void {
  const query = async (...query: Parameters<pg.PoolClient['query']>): Promise<unknown> => {
    // Whoever is not awaited would have lost the connection to another before the answer came.
    if (query.some((parameter) => typeof parameter === 'function'))
      throw new TypeError('The embedded pool takes no callbacks')
    const client = await pool.connect()
    try {
      const answer: unknown = client.query(...query)
      return await (answer instanceof PreparedQuery ? answer.done() : answer)
    } finally {
      client.release()
    }
  }
  pool.query = query as never
}

/** Prisma sends `types: undefined`-like values where the shim expects an array. */
function mendParse(connection: { parse(query: unknown): void }): void {
  const parse = connection.parse.bind(connection)
  connection.parse = (query) => {
    const { types, ...rest } = query as { types?: unknown }
    parse(Array.isArray(types) ? query : rest)
  }
}
