import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../config.ts'
import type { ServerOptions } from './server-options.ts'

/**
 * Why a request is refused where there is no authentication, or null. Without keys, whatever runs in a
 * browser on this machine could use the server: a page of another site by a plain POST or a WebSocket
 * (Origin is foreign), by a GET, which has no Origin and can start a subscription (the browser calls it
 * cross-site), or a page whose own name was rebound to 127.0.0.1 (Host is foreign).
 */
export function foreignRequest(
  { headers }: IncomingMessage,
  allowedHosts: ServerOptions<unknown, object>['allowedHosts'],
): string | null {
  if (allowedHosts === 'any') return null
  if (!isLocal(`http://${headers.host ?? ''}`)) return 'Host must be this machine while AUTH is open'
  // "null" is the origin of sandboxed frames and local files: foreign, too.
  if (headers.origin !== undefined) {
    return isLocal(headers.origin) ? null : 'Origin must be this machine while AUTH is open'
  }
  // A link that a person follows is a page to look at, whoever made it.
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return 'The page must be of this machine while AUTH is open'
  }
  return null
}

function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  return isLoopback(new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1'))
}
