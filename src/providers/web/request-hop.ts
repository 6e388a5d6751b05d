import type { Readable } from 'node:stream'
import { Client } from 'undici'
import { classifyExchangeError } from './fetch-error.ts'
import type { FetchLimits } from './fetch-limits.ts'
import type { Target } from './find-target.ts'
import { pinnedConnector } from './pinned-connector.ts'

export interface HopResponse {
  readonly status: number
  /** The first of a name; null where there is none. Latin-1, as it arrived. */
  header(name: string): string | null
  readonly body: Readable
}

/**
 * Sends one GET over a connection of its own and hands the answer to `read`; afterwards the connection is closed,
 * read or not. undici's Client and not Node's: NODE_USE_ENV_PROXY puts a proxy between those.
 * @throws FetchError; the signal's reason after an abort.
 */
export async function requestHop<T>(
  url: URL,
  target: Target,
  headers: Readonly<Record<string, string>>,
  limits: FetchLimits,
  signal: AbortSignal,
  read: (response: HopResponse) => Promise<T>,
): Promise<T> {
  const client = new Client(url.origin, {
    connect: pinnedConnector(target, limits.connectMs, signal),
    maxHeaderSize: limits.maxHeaderBytes,
    // The signal carries the time limit of the whole.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    useMilo: false,
  })
  try {
    const response = await client.request({
      method: 'GET',
      path: url.pathname + url.search,
      headers,
      signal,
    })
    // A body that nobody reads fails when the connection is closed, and that is no one's error.
    response.body.on('error', () => {})
    return await read({
      status: response.statusCode,
      header: (name) => [response.headers[name] ?? null].flat()[0] ?? null,
      body: response.body,
    })
  } catch (error) {
    signal.throwIfAborted()
    throw classifyExchangeError(error)
  } finally {
    await client.destroy()
  }
}
