import type { IncomingMessage } from 'node:http'
import { MessageType, parseMessage, type Server } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Metrics } from '../telemetry/metrics.ts'
import { dropStalled } from './drop-stalled.ts'
import { abortReason } from './operation.ts'
import type { ServerLimits } from './server-options.ts'
import type { SocketOperations } from './socket-operations.ts'
import type { SocketExtra } from './socket-protocol.ts'

/** RFC 6455's Try Again Later: graphql-ws clients reconnect on it, and their streams resume. */
const tooSlow = { code: 1013, reason: 'Reads too slowly: reconnect and resume' } as const

interface Connection {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly operations: SocketOperations
  readonly limits: Pick<ServerLimits, 'bufferedBytes' | 'stalledMs' | 'keepAliveMs'>
  readonly metrics: Pick<Metrics, 'droppedFollowers'>
  readonly onFailure: (error: unknown) => void
}

/**
 * Ties one WebSocket to the protocol. Ours instead of graphql-ws/use/ws, which bounds nothing that waits to be
 * sent, returns generators without an abort, and writes its errors to the console.
 */
export function serveSocket(protocol: Server<SocketExtra>, connection: Connection): void {
  const { socket, request, operations, limits, metrics } = connection
  const gone = new AbortController()
  const drop = (reason: 'buffer_full' | 'stalled') => {
    metrics.droppedFollowers.inc({ transport: 'ws', reason })
    socket.close(tooSlow.code, tooSlow.reason)
    // It has the time of a close to read on and learn why: no ping that waits behind the same bytes ends it before.
    clearInterval(keepAlive)
    // Now, and not when it has closed: the close frame waits behind all that was not read.
    operations.cancelAll('The client reads too slowly.')
  }

  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves when the kernel has taken it, so a stream is pulled no faster than its client reads.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) {
            // A stream whose messages vanish at once is pulled without ever waiting: a fast one would keep
            // the event loop from delivering the close that ends it.
            operations.cancelAll('The connection is closing.')
            return resolve()
          }
          // Pulled streams wait, but answers to pings and many operations at once add up.
          const waiting = socket.bufferedAmount
          if (waiting > 0 && waiting + Buffer.byteLength(data) > limits.bufferedBytes) {
            drop('buffer_full')
            return resolve()
          }
          // A failed write is followed by close, which ends everything.
          socket.send(data, () => resolve())
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) =>
        socket.on('message', (data) => {
          const message = String(data)
          cancelIfComplete(message, operations)
          receive(message).catch((error: unknown) => {
            connection.onFailure(error)
            socket.close(4500, 'Internal server error')
          })
        }),
    },
    { socket, request, operations, signal: gone.signal },
  )

  let answered = true
  const keepAlive = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, limits.keepAliveMs)
  socket.on('pong', () => {
    answered = true
  })
  const unwatch = dropStalled(request.socket, limits.stalledMs, () => drop('stalled'))
  // Too large a message, bad UTF-8 and such: ws closes with the protocol's code itself.
  socket.on('error', () => undefined)
  socket.once('close', (code, reason) => {
    clearInterval(keepAlive)
    unwatch()
    gone.abort(abortReason('The client closed the connection.'))
    operations.cancelAll('The client closed the connection.')
    Promise.resolve(closed(code, String(reason))).catch(connection.onFailure)
  })
}

/** graphql-ws has no hook for a client's complete, and returns the generator without an abort. */
function cancelIfComplete(message: string, operations: SocketOperations): void {
  // An id is the longest part of a complete message; questions and documents are not parsed twice.
  if (message.length > 1_000 || !message.includes('"complete"')) return
  try {
    const parsed = parseMessage(message)
    if (parsed.type === MessageType.Complete) operations.cancel(parsed.id)
  } catch {
    // Not a message of the protocol: graphql-ws closes the socket for it.
  }
}
