import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { pino } from 'pino'
import type { DatabaseConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { administer } from './app/administer.ts'

export type Kind = DatabaseConfig['kind']

/** Where TEST_DATABASE_URL names a server, tests of the database run on it, too. */
export const kinds: readonly Kind[] = env.TEST_DATABASE_URL ? ['embedded', 'server'] : ['embedded']

export const logger = pino({ level: env.LOG_LEVEL ?? 'silent' })

export interface EmptyDatabase extends AsyncDisposable {
  readonly config: DatabaseConfig
  /** Closed with the stack, unless it was closed before. */
  open(): Promise<Database>
}

/** A new database without tables: a temporary folder, or a database on the server. */
export async function createDatabase(kind: Kind): Promise<EmptyDatabase> {
  const stack = new AsyncDisposableStack()
  const config = kind === 'embedded' ? await folder(stack) : await onServer(stack)
  return {
    config,
    async open() {
      const database = await openDatabase(config, logger)
      let closed: Promise<void> | undefined
      const close = () => {
        closed ??= database.close()
        return closed
      }
      stack.defer(close)
      return { ...database, close }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function folder(stack: AsyncDisposableStack): Promise<DatabaseConfig> {
  const directory = await mkdtemp(join(tmpdir(), 'groundwire-test-'))
  stack.defer(() => rm(directory, { recursive: true }))
  return { kind: 'embedded', directory }
}

async function onServer(stack: AsyncDisposableStack): Promise<DatabaseConfig> {
  const server = env.TEST_DATABASE_URL ?? ''
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(server, `CREATE DATABASE ${name}`)
  stack.defer(() => administer(server, `DROP DATABASE ${name} WITH (FORCE)`))
  return { kind: 'server', url: new URL(`/${name}`, server).href }
}
