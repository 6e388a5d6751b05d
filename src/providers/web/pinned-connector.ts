import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import type { buildConnector } from 'undici'
import { errorCode, FetchError } from './fetch-error.ts'
import type { Target } from './find-target.ts'
import { canonicalAddress } from './public-address.ts'

/** Answers with the checked addresses, so that nothing asks the name server again and gets other ones. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = entries
  return (_host, options, callback) => {
    if (options.all) callback(null, entries)
    else callback(null, first?.address ?? '', first?.family)
  }
}

function classify(error: unknown, socket: Socket): FetchError {
  if (error instanceof FetchError) return error
  const detail = errorCode(error)
  if (socket instanceof TLSSocket && socket.authorizationError) {
    return new FetchError('insecure', { message: "The server's certificate is not valid.", detail })
  }
  if (detail === 'EPROTO' || detail?.startsWith('ERR_SSL_')) return new FetchError('insecure', { detail })
  return new FetchError('unreachable', { detail })
}

/**
 * How undici connects for one hop: to the target's checked addresses only, with its name for SNI and the
 * certificate. Proxies of the environment play no part. Fails with a FetchError.
 *
 * `signal` ends a connection that is being made: a client that is destroyed meanwhile leaves it to itself.
 */
export function pinnedConnector(
  target: Target,
  connectMs: number,
  signal: AbortSignal,
): buildConnector.connector {
  const { host, port, secure, addresses } = target
  const options = { host, port, lookup: pinnedLookup(addresses), autoSelectFamily: true }
  return (_options, callback) => {
    const socket = secure
      ? connectTls({
          ...options,
          // SNI takes names only.
          servername: isIP(host) > 0 ? '' : host,
          ALPNProtocols: ['http/1.1'],
          // Against NODE_TLS_REJECT_UNAUTHORIZED, which somebody sets for another server.
          rejectUnauthorized: true,
        })
      : connectTcp(options)
    const giveUp = () => socket.destroy(new FetchError('timeout', { detail: 'connect' }))
    const timer = setTimeout(giveUp, connectMs)
    const abort = () => socket.destroy()
    signal.addEventListener('abort', abort, { once: true })

    let settled = false
    const settle = (error: FetchError | null) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      if (error === null) callback(null, socket)
      else callback(error, null)
    }
    socket.setNoDelay(true)
    // On top of the pinning, before a request is sent: where the connection really went.
    socket.once('connect', () => {
      const address = canonicalAddress(socket.remoteAddress ?? '')
      if (address === null || !addresses.includes(address)) {
        socket.destroy(new FetchError('not_public', { detail: 'connected elsewhere' }))
      }
    })
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (!socket.destroyed) settle(null)
    })
    socket.on('error', (error) => settle(classify(error, socket)))
    socket.once('close', () => settle(new FetchError('unreachable', { detail: 'closed' })))
  }
}
