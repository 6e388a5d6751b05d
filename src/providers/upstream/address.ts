import type { Circuit } from './circuit.ts'

/** What a server said of its own queue, and when. */
export interface QueueReport {
  readonly running: number
  readonly waiting: number
  /** Our own requests to it at that moment: what has changed of them since then is not in it. */
  readonly ownThen: number
}

/** `unknown`: the server has no word on its health. That is no reason to avoid it. */
export type Health = 'unknown' | 'up' | 'down'

/** One base URL of an upstream, and how it is doing. */
export interface Address {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** The same without credentials and query: a metric label and log field. */
  readonly label: string
  readonly host: string
  readonly port: number
  readonly circuit: Circuit
  /** Our own requests that are under way. */
  inFlight: number
  health: Health
  /** Null where the server does not report. */
  report: QueueReport | null
  /** On the clock of performance.now(): until then it asked to be left alone (Retry-After). */
  pausedUntil: number
}

export function createAddress(
  baseUrl: string,
  createCircuit: (address: { readonly label: string }) => Circuit,
): Address {
  const url = new URL(baseUrl)
  const label = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    label,
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    circuit: createCircuit({ label }),
    inFlight: 0,
    health: 'unknown',
    report: null,
    pausedUntil: 0,
  }
}
