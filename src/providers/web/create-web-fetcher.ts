import { createDeadline, type Deadline } from '../../lib/deadline.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { checkUrl } from './check-url.ts'
import { FetchError } from './fetch-error.ts'
import { defaultFetchLimits, type FetchLimits } from './fetch-limits.ts'
import { type AllowAddress, findTarget, type Target } from './find-target.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import { requestHeaders } from './request-headers.ts'
import { requestHop } from './request-hop.ts'
import { createResolveHost, type ResolveHost } from './resolve-host.ts'
import { conditionalHeaders } from './validators.ts'
import type { FetchedSource, Validators, WebFetcher } from './web-fetcher.ts'

export interface WebFetcherDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<FetchLimits>
  /** @default asks the system's name servers */
  readonly resolve?: ResolveHost
  /** @default none: only public addresses */
  readonly allow?: AllowAddress
}

/**
 * Fetches documents from the public internet for strangers, so it trusts neither the URL, nor the names in it, nor
 * the servers: each hop's name is resolved once, all its addresses are checked, and the connection goes to one of
 * them. Disposing ends what is under way.
 */
export function createWebFetcher(deps: WebFetcherDeps): WebFetcher & AsyncDisposable {
  const { metrics, logger, resolve = createResolveHost(), allow = () => false } = deps
  const limits = { ...defaultFetchLimits, ...deps.limits }
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()

  const find = async (url: URL, signal: AbortSignal): Promise<Target> => {
    using deadline = createDeadline(signal)
    deadline.start(limits.connectMs)
    try {
      return await findTarget(url, { resolve, allow }, deadline.signal)
    } catch (error) {
      throw deadline.expired ? new FetchError('timeout', { detail: 'name' }) : error
    }
  }
  const hop = async (url: URL, validators: Validators, signal: AbortSignal): Promise<Answer> => {
    const target = await find(url, signal)
    const conditions = conditionalHeaders(validators, url)
    const conditional = Object.keys(conditions).length > 0
    return requestHop(url, target, { ...requestHeaders, ...conditions }, limits, signal, (response) =>
      readAnswer(response, { url, conditional, maxBytes: limits.maxBytes }),
    )
  }
  const follow = async (text: string, validators: Validators, signal: AbortSignal) => {
    let url = checkUrl(text)
    for (let redirects = 0; redirects <= limits.maxRedirects; redirects += 1) {
      const answer = await hop(url, validators, signal)
      if (answer.kind === 'source') return answer.source
      url = checkUrl(answer.location, url)
    }
    throw new FetchError('redirect', {
      message: `The server redirects more than ${limits.maxRedirects} times.`,
    })
  }
  const fetchOnce = async (url: string, validators: Validators, caller: AbortSignal) => {
    const signal = AbortSignal.any([caller, closing.signal])
    using deadline = createDeadline(signal)
    deadline.start(limits.totalMs)
    try {
      const source = await follow(url, validators, deadline.signal)
      metrics.fetches.inc({ outcome: source.kind })
      return source
    } catch (thrown) {
      const error = whatFailed(thrown, signal, deadline)
      metrics.fetches.inc({ outcome: outcomeOf(error, signal) })
      if (error instanceof FetchError) {
        const { reason, detail } = error
        // No path and query: they can be somebody's secret link.
        logger.info({ reason, detail, origin: URL.parse(url)?.origin }, 'fetch failed')
      }
      throw error
    }
  }

  return {
    fetch(url, validators, signal): Promise<FetchedSource> {
      const fetched = fetchOnce(url, validators, signal).finally(() => underWay.delete(fetched))
      underWay.add(fetched)
      return fetched
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new DOMException('The fetcher was closed.', 'AbortError'))
      await Promise.allSettled(underWay)
    },
  }
}

function whatFailed(error: unknown, signal: AbortSignal, deadline: Deadline): unknown {
  if (signal.aborted) return signal.reason
  return deadline.expired ? new FetchError('timeout', { detail: 'total' }) : error
}

function outcomeOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'aborted'
  return error instanceof FetchError ? error.reason : 'internal'
}
