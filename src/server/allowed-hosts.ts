import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../config.ts'
import type { ServerOptions } from './server-options.ts'

/**
 * Why a request is refused where there is no authentication, or null. Without keys, whatever runs in a
 * browser on this machine could use the server: a page of another site by a plain POST or a WebSocket
 * (Origin is foreign), or a page whose own name was rebound to 127.0.0.1 (Host is foreign).
 */
export function foreignRequest(
  { headers }: IncomingMessage,
  allowedHosts: ServerOptions<unknown, object>['allowedHosts'],
): string | null {
  if (allowedHosts === 'any') return null
  if (!isLocal(`http://${headers.host ?? ''}`)) return 'Host must be this machine while AUTH is open'
  // "null" is the origin of sandboxed frames and local files: foreign, too.
  if (headers.origin !== undefined && !isLocal(headers.origin)) {
    return 'Origin must be this machine while AUTH is open'
  }
  return null
}

function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  return isLoopback(new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1'))
}
