import { Resolver } from 'node:dns/promises'
import { errorCode, FetchError } from './fetch-error.ts'

/**
 * Every address of a name, IPv4 and IPv6.
 * @throws FetchError unknown_name or unresolved; the signal's reason after an abort.
 */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** Answers that stay the same when asked again. */
const final = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

/**
 * Asks the name servers itself. `dns.lookup` would wait in the thread pool, where names of slow servers hold up the
 * file system and decompression of everybody else, cannot be cancelled, and knows the names in /etc/hosts and the
 * search domains, all of them inside. `servers` as Resolver.setServers takes them. @default the system's
 */
export function createResolveHost(servers?: readonly string[]): ResolveHost {
  return async (host, signal) => {
    signal.throwIfAborted()
    // One each: cancel() ends all that a resolver has under way.
    const resolver = new Resolver({ timeout: 2_000, tries: 3 })
    if (servers !== undefined) resolver.setServers(servers)
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
      signal.throwIfAborted()
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      if (addresses.length > 0) return addresses
      const codes = answers.map((answer) => (answer.status === 'rejected' ? errorCode(answer.reason) : null))
      const known = codes.every((code) => code === null || final.has(code))
      throw new FetchError(known ? 'unknown_name' : 'unresolved', { detail: codes.join(', ') })
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}
