import type { Circuit } from './circuit.ts'

/** One base URL of an upstream, and how it is doing. */
export interface Address {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** The same without credentials and query: a metric label and log field. */
  readonly label: string
  readonly host: string
  readonly port: number
  readonly circuit: Circuit
  inFlight: number
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
  }
}

/**
 * The address with the fewest requests in flight among those that the circuits admit and this call has not
 * tried; then among those it has. Among equals the one that comes first after `turn`, so that they take turns.
 */
export function pickAddress(
  addresses: readonly Address[],
  tried: ReadonlySet<Address>,
  turn = 0,
): Address | null {
  const inTurn = addresses.map((_, i) => addresses[(i + turn) % addresses.length] as Address)
  const open = inTurn.filter((address) => address.circuit.admits())
  const fresh = open.filter((address) => !tried.has(address))
  const candidates = fresh.length > 0 ? fresh : open
  return candidates.reduce<Address | null>(
    (best, address) => (best === null || address.inFlight < best.inFlight ? address : best),
    null,
  )
}
