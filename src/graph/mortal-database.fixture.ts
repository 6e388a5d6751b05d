import type pg from 'pg'
import type { Database } from '../db/database.ts'

/** The database as one process sees it, which a test can kill or freeze without any clean-up. */
export interface MortalDatabase extends Database {
  /** Nothing that is begun from now on is answered until thaw(), or nothing of the statements named so. */
  freeze(only?: RegExp): void
  /** The process wakes up where it was. */
  thaw(): void
}

/** Transactions that are under way are finished: embedded, they hold the only connection. */
export function mortal(database: Database): MortalDatabase {
  let gate: PromiseWithResolvers<void> | undefined
  let frozen = /^/
  const pass = async (name = '') => (frozen.test(name) ? gate?.promise : undefined)
  const guarded = (pool: pg.Pool) =>
    ({
      async query(...parameters: Parameters<pg.Pool['query']>) {
        await pass((parameters[0] as { name?: string }).name)
        return pool.query(...parameters)
      },
      async connect() {
        await pass()
        return pool.connect()
      },
    }) as unknown as pg.Pool
  return {
    ...database,
    pool: guarded(database.pool),
    reserved: guarded(database.reserved),
    freeze(only = /^/) {
      frozen = only
      gate ??= Promise.withResolvers()
    },
    thaw() {
      gate?.resolve()
      gate = undefined
    },
  }
}
