import { PassThrough } from 'node:stream'
import { pino } from 'pino'
import { UnauthenticatedError } from '../../src/errors.ts'
import { createServer } from '../../src/server/create-server.ts'
import type { ServerOptions } from '../../src/server/server-options.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createToySchema, type ToyApp, type ToyContext } from './toy-schema.ts'

export interface Toy extends AsyncDisposable {
  readonly url: string
  readonly stop: (deadlineMs: number) => Promise<void>
  readonly metrics: ReturnType<typeof createMetrics>
  /** Lines that were logged. */
  readonly log: Record<string, unknown>[]
  /** Keys that authenticate; without any, everybody does. */
  readonly keys: Set<string>
  /** Resolves when a resolver has marked the event, be it before or after the call. */
  readonly seen: (event: string) => Promise<void>
  /** Lets `waits` return. */
  readonly release: () => void
  /** One value of a series, for example value('groundwire_masked_errors_total', {}). */
  readonly value: (name: string, labels: Record<string, string>) => Promise<number | undefined>
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Response>
  readonly query: (query: string, variables?: object) => Promise<Answer>
}

export interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[]
}

export async function bootToy(
  overrides: Partial<ServerOptions<string, ToyContext>> & { keys?: string[] } = {},
): Promise<Toy> {
  const keys = new Set(overrides.keys)
  const open = overrides.keys === undefined
  const metrics = createMetrics()
  const log: Record<string, unknown>[] = []
  const sink = new PassThrough().on('data', (line) => log.push(JSON.parse(String(line))))
  const released = Promise.withResolvers<void>()
  const marks = new Map<string, PromiseWithResolvers<void>>()
  const mark = (event: string) => {
    const existing = marks.get(event) ?? Promise.withResolvers<void>()
    marks.set(event, existing)
    return existing
  }
  const app: ToyApp = {
    events: new EventTarget(),
    release: released.promise,
    mark: (event) => mark(event).resolve(),
  }
  const server = await createServer<string, ToyContext>({
    schema: createToySchema(),
    host: '127.0.0.1',
    port: 0,
    authenticate: async (authorization) => {
      if (open) return 'anyone'
      const key = authorization?.replace(/^Bearer /, '')
      if (!key || !keys.has(key)) throw new UnauthenticatedError('A valid key is needed')
      return key
    },
    createContext: (caller, signal) => ({ caller, signal, app }),
    readiness: () => ({ ready: true, checks: { database: true } }),
    metrics,
    logger: pino({ level: 'info' }, sink),
    allowedHosts: 'loopback',
    ...overrides,
  })
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    url: server.url,
    stop: server.stop,
    metrics,
    log,
    keys,
    seen: (event) => mark(event).promise,
    release: () => released.resolve(),
    post,
    query: async (query, variables) => (await (await post({ query, variables })).json()) as Answer,
    value: async (name, labels) => {
      const metric = await metrics.registry.getSingleMetric(name)?.get()
      return metric?.values.find((value) =>
        Object.entries(labels).every(([label, expected]) => value.labels[label] === expected),
      )?.value
    },
    [Symbol.asyncDispose]: () => server.stop(0),
  }
}
