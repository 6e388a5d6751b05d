import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Address, Health } from './address.ts'
import { getText } from './get-text.ts'
import { readQueueReport } from './queue-report.ts'
import type { Upstream } from './upstream.ts'

export interface WatchOptions {
  readonly metrics: Metrics
  readonly logger: Logger
  /** Between two looks at an address, milliseconds, give or take a fifth; half as long where it is down. @default 2000 */
  readonly everyMs?: number
  /** The same for an address that says nothing of itself. @default 30000 */
  readonly silentEveryMs?: number
}

const timeLimitMs = 2_000
/** vLLM's page has some 100 KB. */
const maxBytes = 4 * 1024 * 1024
/** A server that is busy can be late; one that is late so often is taken at its silence. */
const lateLooks = 3

/**
 * Looks at the /health and /metrics of each address, which vLLM and its like serve beside /v1. A server without them
 * is unknown, not unhealthy. No key is sent: they need none. Disposing ends what is under way.
 */
export function watchAddresses(upstream: Upstream, options: WatchOptions): AsyncDisposable {
  const stopping = new AbortController()
  const watches = upstream.addresses.map((address) => watch(upstream, address, options, stopping.signal))
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new DOMException('No longer watched', 'AbortError'))
      await Promise.all(watches)
    },
  }
}

async function watch(
  { subject, changed }: Upstream,
  address: Address,
  { metrics, logger, everyMs = 2_000, silentEveryMs = 30_000 }: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const labels = { upstream: subject.upstream, base_url: address.label }
  const root = address.baseUrl.replace(/\/v1$/, '')
  const get = (path: string) => getText(`${root}${path}`, { maxBytes, timeLimitMs, signal })
  let late = 0

  const setHealth = (health: Health) => {
    const before = address.health
    address.health = health
    if (health === before) return
    if (health === 'unknown') metrics.upstreamHealth.remove(labels)
    else metrics.upstreamHealth.set(labels, health === 'up' ? 1 : 0)
    if (health === 'down') logger.warn({ ...labels }, 'upstream address is down')
    if (before !== 'down') return
    logger.info({ ...labels }, 'upstream address is back')
    address.circuit.probeNow()
  }
  const setReport = (page: string | null) => {
    const queue = page === null ? null : readQueueReport(page)
    address.report = queue && { ...queue, ownThen: address.inFlight }
    for (const state of ['running', 'waiting'] as const) {
      if (queue) metrics.upstreamReported.set({ ...labels, state }, queue[state])
      else metrics.upstreamReported.remove({ ...labels, state })
    }
  }
  const look = async () => {
    try {
      setHealth(healthOf((await get('/health')).status))
      setReport((await get('/metrics')).text)
      late = 0
    } catch (error) {
      if (signal.aborted) return
      late += isTimeout(error) ? 1 : lateLooks
      if (late < lateLooks) return
      setHealth('down')
      setReport(null)
    }
  }

  const interval = (): number => {
    // New answers wait for its return.
    if (address.health === 'down') return everyMs / 2
    return address.health === 'unknown' && address.report === null ? silentEveryMs : everyMs
  }

  while (!signal.aborted) {
    await look()
    changed()
    await pause(interval() * (0.8 + 0.4 * Math.random()), signal)
  }
}

/** A server that is up and about to go says 503; whatever else is no success is about the path, not the server. */
function healthOf(status: number): Health {
  if (status >= 200 && status < 300) return 'up'
  return status >= 500 ? 'down' : 'unknown'
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** Keeps no process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms).unref()
    signal.addEventListener('abort', end, { once: true })
  })
}
