import type { Scope } from '../../../src/access/caller.ts'
import { createKey } from '../../../src/access/keys.ts'
import { buildApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'
import { openSession, type Session } from './session.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export interface BootOptions {
  /** Configuration, as in the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** With it AUTH is `keys`, and each of these is made: session(name) uses it. */
  readonly keys?: Readonly<Record<string, { workspace: string; scopes: readonly Scope[] }>>
  /** Stays when the app is disposed of. @default one of its own, which goes with it */
  readonly database?: TestDatabase
}

/** The whole of Groundwire in this process, on a port of its own. */
export interface TestApp extends Session, AsyncDisposable {
  readonly origin: string
  readonly database: TestDatabase
  /** By the name of the key. */
  session(key: string): Session
  /** The key itself. */
  key(name: string): string
  /** Another session with whatever is given as a key, or none. */
  sessionWith(apiKey: string | undefined): Session
  stop(): Promise<void>
}

export async function bootApp(options: BootOptions = {}): Promise<TestApp> {
  await using resources = new AsyncDisposableStack()
  const database = options.database ?? resources.use(await createTestDatabase())
  const keys = new Map<string, string>()
  if (options.keys) {
    const wanted = Object.entries(options.keys)
    await database.use(async (opened) => {
      for (const [name, { workspace, scopes }] of wanted) {
        keys.set(name, (await createKey(opened, { name, workspace, scopes })).key)
      }
    })
  }
  const config = readConfig({
    ...database.env,
    PORT: '0',
    ...(options.keys && { AUTH: 'keys' }),
    ...options.env,
  })
  const logger = createLogger(process.env.TEST_LOG_LEVEL ?? 'silent')
  const app = await buildApp(config, { api: true, worker: true }, logger)
  resources.defer(() => app.stop())
  const open = resources.move()
  const key = (name: string) => {
    const value = keys.get(name)
    if (value === undefined) throw new Error(`There is no key ${name}`)
    return value
  }
  return {
    ...openSession(app.url),
    origin: app.url,
    database,
    session: (name) => openSession(app.url, key(name)),
    sessionWith: (apiKey) => openSession(app.url, apiKey),
    key,
    stop: () => app.stop(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
