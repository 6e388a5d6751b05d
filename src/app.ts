import { type Caller, requireScope, Scope } from './access/caller.ts'
import { authenticate, defaultWorkspaceId, hasValidKey } from './access/keys.ts'
import { rememberCallers } from './access/remember-callers.ts'
import { type Config, ConfigError, isLoopback } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open-database.ts'
import { watchDatabase } from './db/watch-database.ts'
import { createExtractor } from './ingestion/extraction/create-extractor.ts'
import { createVoidedWork } from './ingestion/voided-work.ts'
import { createIngestionJobs } from './jobs/job-queue.ts'
import { openQueue } from './jobs/open-queue.ts'
import { startWorker } from './jobs/start-worker.ts'
import { openEmbedders } from './open-embedders.ts'
import { createWebFetcher } from './providers/web/create-web-fetcher.ts'
import { createServer } from './server/create-server.ts'
import { readPages } from './server/pages.ts'
import { createLogger, type Logger } from './telemetry/logger.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { startTracing } from './telemetry/start-tracing.ts'

/** What a process does. An embedded database has one process, which does both. */
export interface Roles {
  readonly api: boolean
  readonly worker: boolean
}

export interface App {
  /** Without a path, for example http://127.0.0.1:4000. */
  readonly url: string
  /** Drains and releases everything within about 8 s; always resolves. A second call waits for the first. */
  stop(): Promise<void>
}

/** How long streams and requests may take to end when the process stops. */
const drainMs = 3_000

/**
 * Composes a process from its configuration and starts it. It listens at once and takes operations when
 * this resolves. @throws what keeps it from starting, with everything released again
 */
export async function buildApp(
  config: Config,
  roles: Roles,
  logger: Logger = createLogger(config.logLevel),
): Promise<App> {
  const resources = new AsyncDisposableStack()
  const state = { ready: false, checks: { database: false, migrations: false, queue: false } }
  try {
    const tracing = await startTracing(config.tracing)
    if (tracing) resources.use(tracing)
    const metrics = createMetrics()
    const api = roles.api ? await loadApi() : null
    // Filled in below, before the first operation is let in.
    let context: ((caller: Caller, signal: AbortSignal) => object) | undefined
    let authenticateBy: (authorization: string | null) => Promise<Caller> = () => Promise.reject(new Error())
    const server = await createServer({
      schema: api?.schema ?? null,
      pages: api ? await readPages() : {},
      host: config.host,
      port: config.port,
      allowedHosts: config.auth === 'open' ? 'loopback' : 'any',
      metrics,
      logger,
      readiness: () => ({ ...state, ready: state.ready && state.checks.database }),
      authenticate: (authorization) => authenticateBy(authorization),
      // Files are for ingesting alone: who may not do that writes nothing to our disk.
      admitUpload: (caller) => requireScope(caller, 'WRITE'),
      socketKey: (caller) => caller.keyId ?? null,
      limits: { socketsPerKey: config.socketsPerKey },
      createContext: (caller, signal) => context?.(caller, signal) ?? {},
    })
    const stopping = new AbortController()
    resources.defer(() => server.stop(drainMs))

    const embedders = await openEmbedders(config, { metrics, logger }, resources)
    const database = await openDatabase(config.database, logger)
    resources.defer(() => database.close())
    state.checks.database = true
    resources.use(
      watchDatabase(database.notifications, (answers) => {
        if (state.checks.database !== answers) logger.warn({ answers }, 'The database came or went')
        state.checks.database = answers
      }),
    )
    const queue = await migrate(database, () => openQueue(database, { work: roles.worker }, logger))
    resources.defer(() => queue.stop({ graceful: true, timeout: 2_000, close: false }))
    state.checks.migrations = true
    if (roles.api && config.auth === 'keys' && !(await hasValidKey(database))) {
      const problem =
        'AUTH: keys are needed, and there is none; make one: groundwire keys create --name first'
      if (!isLoopback(config.host)) throw new ConfigError([`${problem} (HOST is ${config.host})`])
      logger.warn(problem)
    }

    const jobs = createIngestionJobs(queue)
    if (roles.worker) {
      const voided = await createVoidedWork(database.notifications)
      resources.defer(() => voided.close())
      const worker = await startWorker({
        boss: queue,
        database,
        jobs,
        extractor: resources.use(createExtractor({ logger })),
        fetcher: resources.use(createWebFetcher({ metrics, logger })),
        voided,
        embedders,
        metrics,
        logger,
        stopping: stopping.signal,
      })
      resources.use(worker)
    }
    state.checks.queue = true

    if (api) {
      const services = await api.openServices(
        config,
        { database, jobs, embedders, metrics, logger },
        resources,
      )
      context = (caller, signal) => ({ caller, signal, services })
      authenticateBy =
        config.auth === 'open'
          ? () => Promise.resolve(anyone)
          : rememberCallers((authorization) => authenticate(database, authorization))
    }
    state.ready = true
    let stopped: Promise<void> | undefined
    const stop = async () => {
      state.ready = false
      stopping.abort(new DOMException('The process stops', 'AbortError'))
      // Streams end before the runs behind them are given back, and those before the database closes.
      await server.stop(drainMs)
      await resources.disposeAsync()
    }
    return {
      url: server.url,
      stop: () => {
        stopped ??= stop().catch((error: unknown) =>
          logger.error({ err: error }, 'The process did not stop cleanly'),
        )
        return stopped
      },
    }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

/** Schema and workflow, where they are served: they are a quarter of a process's memory, and a worker needs neither. */
async function loadApi() {
  const [{ schema }, { openServices }] = await Promise.all([
    import('./schema/index.ts'),
    import('./services.ts'),
  ])
  return { schema, openServices }
}

/** Whoever reaches an open server, which only a loopback address can be. */
const anyone: Caller = {
  workspaceId: defaultWorkspaceId,
  scopes: [Scope.Read, Scope.Write, Scope.Admin],
}
