import type { Scope } from '../access/caller.ts'
import { createKey as create, listKeys as list, revokeKey as revoke } from '../access/keys.ts'
import { buildApp } from '../app.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Database } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase } from '../db/open-database.ts'
import { openQueue } from '../jobs/open-queue.ts'
import { createLogger } from '../telemetry/logger.ts'
import type { Output } from './context.ts'
import { runDemo } from './demo.ts'

/** What the commands that run a part of the server are given. */
export interface ServerContext {
  readonly config: Config
  /** The project's folder. */
  readonly root: string
  readonly stdout: Output
  readonly stderr: Output
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal
}

/** Serves until the process is asked to end. */
export async function serve(context: ServerContext, { withWorker }: { withWorker: boolean }): Promise<void> {
  const { config, stdout } = context
  // Nobody else can open an embedded database: its only process does all of the work.
  const worker = withWorker || config.database.kind === 'embedded'
  const app = await buildApp(config, { api: true, worker })
  stdout.write(`Groundwire serves ${app.url}/graphql, and a chat at ${app.url}/\n`)
  await untilAborted(context.signal)
  await app.stop()
}

export async function work({ config, stdout, signal }: ServerContext): Promise<void> {
  if (config.database.kind === 'embedded') {
    throw new ConfigError([
      'DATABASE_URL: needed by a worker of its own; on the embedded database, serve does its work',
    ])
  }
  const app = await buildApp(config, { api: false, worker: true })
  stdout.write(`Groundwire works on the queue; health and metrics at ${app.url}\n`)
  await untilAborted(signal)
  await app.stop()
}

export async function migrateOnly(context: ServerContext): Promise<void> {
  await withDatabase(context, async () => {})
  context.stdout.write('The database is up to date.\n')
}

export async function createKey(
  context: ServerContext,
  options: { name: string; workspace: string; scopes: Scope[] },
): Promise<void> {
  const { key, row } = await withDatabase(context, (database) => create(database, options))
  context.stderr.write(`Key ${row.prefix} for ${options.workspace}. It is shown this once:\n`)
  context.stdout.write(`${key}\n`)
}

export async function listKeys(
  context: ServerContext,
  { workspace }: { workspace: string | undefined },
): Promise<void> {
  const rows = await withDatabase(context, (database) => list(database, workspace ?? null))
  for (const { prefix, name, workspace, scopes, createdAt, revokedAt } of rows) {
    const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : 'valid'
    const columns = [prefix, workspace.name, scopes.join(','), createdAt.toISOString(), state, name]
    context.stdout.write(`${columns.join('  ')}\n`)
  }
  if (rows.length === 0)
    context.stderr.write('There are no keys. Make one: groundwire keys create --name <name>\n')
}

export async function revokeKey(context: ServerContext, id: string): Promise<void> {
  const revoked = await withDatabase(context, (database) => revoke(database, id))
  if (!revoked) throw new Error(`There is no valid key ${id}. See: groundwire keys list`)
  context.stdout.write(`Key ${id} is revoked.\n`)
}

/** @returns the exit code */
export async function demo(context: ServerContext, { once }: { once: boolean }): Promise<number> {
  const { config, root, stdout, signal } = context
  // A terminal shows the demo, not its log.
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel)
  const app = await buildApp(config, { api: true, worker: true }, logger)
  try {
    const { apiKey } = config.client
    const code = await runDemo({ url: app.url, apiKey, root, once, output: stdout, signal })
    if (!once) await untilAborted(signal)
    return code
  } finally {
    await app.stop()
  }
}

async function withDatabase<T>(
  { config }: ServerContext,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel)
  const database = await openDatabase(config.database, logger)
  try {
    const queue = await migrate(database, () => openQueue(database, { work: false }, logger))
    await queue.stop({ graceful: false, close: false })
    return await use(database)
  } finally {
    await database.close()
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
