import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols, type Server } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Metrics } from '../telemetry/metrics.ts'
import { InFlight } from './in-flight.ts'
import type { ServerLimits } from './server-options.ts'
import { serveSocket } from './socket-connection.ts'
import { SocketOperations } from './socket-operations.ts'
import type { SocketExtra } from './socket-protocol.ts'

interface SocketTransportOptions {
  readonly protocol: Server<SocketExtra>
  readonly limits: ServerLimits
  /** The HTTP status to refuse an upgrade with, or null. */
  readonly refuse: (request: IncomingMessage) => number | null
  readonly metrics: Pick<Metrics, 'openSockets' | 'droppedFollowers'>
  readonly onFailure: (error: unknown) => void
}

/** GraphQL over WebSocket, and what it takes to end it. */
export class SocketTransport {
  readonly #options: SocketTransportOptions
  readonly #server: WebSocketServer
  readonly #sockets = new Map<WebSocket, SocketOperations>()
  readonly #streamWork = new InFlight()

  constructor(options: SocketTransportOptions) {
    this.#options = options
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.limits.messageBytes,
      // A few bytes per token do not shrink, and zlib holds 300 KiB per socket.
      perMessageDeflate: false,
      // How long one that does not read may take to answer its close before it is cut.
      // (@types/ws does not know the option yet.)
      ...{ closeTimeout: options.limits.stalledMs },
      handleProtocols,
    })
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const refused = this.#options.refuse(request)
    if (refused !== null) {
      stream.end(
        `HTTP/1.1 ${refused} ${STATUS_CODES[refused]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      )
      return
    }
    const { protocol, limits, metrics, onFailure } = this.#options
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const operations = new SocketOperations(this.#streamWork)
      this.#sockets.set(socket, operations)
      metrics.openSockets.inc()
      socket.once('close', () => {
        this.#sockets.delete(socket)
        metrics.openSockets.dec()
      })
      serveSocket(protocol, { socket, request, operations, limits, metrics, onFailure })
    })
  }

  /**
   * Waits for the answers of queries and mutations, then closes each socket with 1001, on which clients
   * reconnect. Closed before aborted: a stream that ends on an open socket would be told `complete`.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from(this.#sockets, async ([socket, operations]) => {
        await operations.answered(deadline)
        socket.close(1001, 'Going away')
        operations.cancelAll('The server is stopping.')
      }),
    )
    await this.#streamWork.idle(deadline)
  }

  terminate(): void {
    for (const socket of this.#sockets.keys()) socket.terminate()
  }
}
