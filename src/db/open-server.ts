import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Database } from './database.ts'
import { serverNotifications } from './notifications.ts'
import { sessionSettings } from './session-settings.ts'

export interface ServerOptions {
  readonly url: string
  /** @default 10 connections, beside the one for notifications and those that are reserved */
  readonly poolSize?: number
}

/**
 * A process that stops inside of a transaction, frozen or cut off, is not to keep its locks from others until its
 * connection ends: that can take hours. No process that heeds its heartbeats is silent for so long.
 */
const silentTransactionMs = 15_000

/** One each for the renewal of leases, for cancellations and for takeovers. */
const reservedConnections = 3
/** A row that is locked for longer is somebody's who is frozen. */
const reservedLockMs = 500
/** A connection that is dead without being closed is left for another one before a lease is long over. */
const reservedAnswerMs = 5_000

const minimumServer = 160_000
const minimumPgvector = [0, 8, 4] as const

/** The server cannot be used as it is; the message says what to change. */
export class UnusableServerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnusableServerError'
  }
}

/** @throws UnusableServerError where it is unreachable, or PostgreSQL or pgvector are too old */
export async function openServer({ url, poolSize = 10 }: ServerOptions, logger: Logger): Promise<Database> {
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: 'groundwire',
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: silentTransactionMs,
    options: Object.entries(sessionSettings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  }
  const pool = new pg.Pool({ ...config, max: poolSize, idleTimeoutMillis: 60_000, keepAlive: true })
  const reserved = new pg.Pool({
    ...config,
    max: reservedConnections,
    // Whoever needs one cannot wait for the server to take another client.
    idleTimeoutMillis: 0,
    keepAlive: true,
    lock_timeout: reservedLockMs,
    query_timeout: reservedAnswerMs,
  })
  for (const each of [pool, reserved]) {
    // Without a listener, a connection that breaks while idle would end the process.
    each.on('error', (error) => logger.warn({ err: error }, 'An idle database connection was lost'))
    // And one that breaks while it is checked out tells it here: its statement rejects, too.
    each.on('connect', (client) =>
      client.on('error', (error) => logger.warn({ err: error }, 'A database connection was lost')),
    )
  }
  try {
    await checkServer(pool, url)
  } catch (error) {
    await pool.end()
    throw error
  }
  const notifications = serverNotifications(config, logger)
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    kind: 'server',
    pool,
    reserved,
    prisma,
    notifications,
    async close() {
      await prisma.$disconnect()
      await notifications.close()
      await reserved.end()
      await pool.end()
    },
  }
}

async function checkServer(pool: pg.Pool, url: string): Promise<void> {
  const { rows } = await pool
    .query<{
      server: string
      number: number
      pgvector: string | null
      installed: string | null
      btree_gin: boolean
    }>(
      `SELECT current_setting('server_version') AS server, current_setting('server_version_num')::int AS number,
         default_version AS pgvector, installed_version AS installed,
         EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gin') AS btree_gin
       FROM (SELECT) one LEFT JOIN pg_available_extensions ON name = 'vector'`,
    )
    .catch((cause: Error) => {
      throw new UnusableServerError(
        `Cannot reach PostgreSQL at ${withoutPassword(url)}: ${reasonOf(cause)}`,
        { cause },
      )
    })
  const found = rows[0]
  if (!found) throw new UnusableServerError('The server did not tell its version')
  if (found.number < minimumServer) {
    throw new UnusableServerError(`PostgreSQL 16 or newer is needed, and the server is ${found.server}`)
  }
  const minimum = minimumPgvector.join('.')
  if (!found.pgvector) {
    throw new UnusableServerError(
      `The server lacks the extension pgvector: install version ${minimum} or newer`,
    )
  }
  if (!found.btree_gin) {
    throw new UnusableServerError(
      "The server lacks the extension btree_gin, which is among PostgreSQL's own (package postgresql-contrib)",
    )
  }
  const version = found.installed ?? found.pgvector
  if (!atLeast(version, minimumPgvector)) {
    const remedy =
      found.installed && atLeast(found.pgvector, minimumPgvector)
        ? 'run ALTER EXTENSION vector UPDATE in this database'
        : `install version ${minimum} or newer, then run ALTER EXTENSION vector UPDATE`
    throw new UnusableServerError(
      `pgvector ${minimum} or newer is needed (older ones corrupt indexes on vacuum), and the server has ${version}: ${remedy}`,
    )
  }
}

/** pg reports a host with several addresses as an AggregateError without a message of its own. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join('; ')
  return error.message || (error as NodeJS.ErrnoException).code || error.name
}

function withoutPassword(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

export function atLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of minimum.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}
