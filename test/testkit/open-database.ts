import { env } from 'node:process'
import { pino } from 'pino'
import type { DatabaseConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { createTestDatabase, databaseKind } from './app/test-database.ts'

export type Kind = DatabaseConfig['kind']

/** The one that the tests run on, for `describe.each`: it names them. */
export const kinds: readonly Kind[] = [databaseKind()]

export const logger = pino({ level: env.LOG_LEVEL ?? 'silent' })

export interface ClosedDatabase extends AsyncDisposable {
  /** Closed with the stack, unless it was closed before. */
  open(): Promise<Database>
}

/** A new database: migrated, or without tables where it is to be empty. */
export async function createDatabase({ empty = false } = {}): Promise<ClosedDatabase> {
  await using stack = new AsyncDisposableStack()
  const { config } = stack.use(await createTestDatabase({ empty }))
  const kept = stack.move()
  return {
    async open() {
      const database = await openDatabase(config, logger)
      let closed: Promise<void> | undefined
      const close = () => {
        closed ??= database.close()
        return closed
      }
      kept.defer(close)
      return { ...database, close }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
