import { createWebFetcher, type WebFetcherDeps } from '../../../src/providers/web/create-web-fetcher.ts'
import type { Validators } from '../../../src/providers/web/web-fetcher.ts'
import { providerDeps, seriesValue } from '../upstream/provider-deps.ts'
import type { Site } from './site.ts'

const noValidators: Validators = { etag: null, lastModified: null }

/**
 * A fetcher that may reach the given sites, and nothing else that is not public. Each name of `names` resolves to
 * its addresses; the list of lists is one for each time it is asked.
 */
export function openFetcher(
  sites: readonly Site[],
  {
    names = {},
    ...deps
  }: Partial<WebFetcherDeps> & { names?: Readonly<Record<string, readonly string[][]>> } = {},
) {
  const lookups: string[] = []
  const { metrics, logger } = providerDeps()
  const fetcher = createWebFetcher({
    metrics,
    logger,
    allow: (address, port) => sites.some((site) => site.host === address && site.port === port),
    async resolve(host) {
      const times = lookups.filter((lookup) => lookup === host).length
      lookups.push(host)
      return names[host]?.at(Math.min(times, names[host].length - 1)) ?? []
    },
    ...deps,
  })
  return {
    /** Hosts that were resolved. */
    lookups,
    fetch: (url: string, validators = noValidators, signal = new AbortController().signal) =>
      fetcher.fetch(url, validators, signal),
    /** The failure of a fetch that must fail. */
    async failure(url: string) {
      try {
        await fetcher.fetch(url, noValidators, new AbortController().signal)
      } catch (error) {
        if (error instanceof Error && 'failure' in error) return { ...Object(error).failure }
        throw error
      }
      throw new Error('It was fetched.')
    },
    outcomes: (outcome: string) => seriesValue(metrics, 'groundwire_fetches_total', { outcome }),
    [Symbol.asyncDispose]: () => fetcher[Symbol.asyncDispose](),
  }
}
