import type pg from 'pg'
import type { PrismaClient } from '../generated/prisma/client.ts'
import type { Notifications } from './notifications.ts'

/** What can run a statement: the pool, or the client that holds a transaction. */
export interface Queryable {
  query<R extends pg.QueryResultRow>(config: {
    name?: string
    text: string
    values?: unknown[]
  }): Promise<pg.QueryResult<R>>
}

/**
 * The one door to PostgreSQL. Embedded, the pool has a single connection: whoever holds a transaction's
 * client passes it on, and never awaits the pool.
 */
export interface Database {
  readonly kind: 'embedded' | 'server'
  readonly pool: pg.Pool
  /**
   * For what load must not hold up: renewals of leases, cancellations, takeovers. Each sends one short statement at a time,
   * which waits for no lock for long, so that none waits for another. Embedded it is the pool: nobody else can take a lease.
   */
  readonly reserved: pg.Pool
  readonly prisma: PrismaClient
  readonly notifications: Notifications
  close(): Promise<void>
}
