import { isIP } from 'node:net'
import { hostOf, portOf } from './check-url.ts'
import { FetchError } from './fetch-error.ts'
import { canonicalAddress, isPublicAddress } from './public-address.ts'
import type { ResolveHost } from './resolve-host.ts'

/** Permits an address that is not public: for tests, whose servers are local. */
export type AllowAddress = (address: string, port: number) => boolean

/** Where one hop's connection may go, and nowhere else. */
export interface Target {
  /** A name in ASCII, or an address. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** Checked, canonical; at least one, IPv4 first. */
  readonly addresses: readonly string[]
}

/**
 * Resolves the URL's host, once, and checks every address that it has: one that is not public refuses the name, as
 * whoever mixes them means the private one.
 * @throws FetchError not_public, unknown_name or unresolved; the signal's reason after an abort.
 */
export async function findTarget(
  url: URL,
  { resolve, allow }: { resolve: ResolveHost; allow: AllowAddress },
  signal: AbortSignal,
): Promise<Target> {
  const host = hostOf(url)
  const port = portOf(url)
  const found = isIP(host) > 0 ? [host] : await resolve(host, signal)
  const addresses = found.map((text) => {
    const address = canonicalAddress(text)
    if (address !== null && (isPublicAddress(address) || allow(address, port))) return address
    throw new FetchError('not_public', { detail: text })
  })
  if (addresses.length === 0) throw new FetchError('unknown_name')
  // A network without a way out for IPv6 is more common than one without IPv4.
  addresses.sort((a, b) => isIP(a) - isIP(b))
  return { host, port, secure: url.protocol === 'https:', addresses }
}
