import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import type { GraphQLSchema } from 'graphql'
import { foreignRequest } from './allowed-hosts.ts'
import { Gate } from './gate.ts'
import { createGraphiqlPage } from './graphiql-page.ts'
import { createGraphqlEngine } from './graphql-engine.ts'
import { HttpTransport } from './http-transport.ts'
import { type CountSocket, KeySockets } from './key-sockets.ts'
import { createMaskError, type MaskError } from './mask-error.ts'
import { UploadSpool } from './multipart-spool.ts'
import { bodyLimitOf, bodyTooLarge, declaresTooMuch } from './read-body.ts'
import { createRoutes } from './routes.ts'
import { sendGraphqlError } from './send-response.ts'
import { defaultLimits, type ServerLimits, type ServerOptions } from './server-options.ts'
import { createSocketProtocol } from './socket-protocol.ts'
import { SocketTransport } from './socket-transport.ts'
import { WatchCallers } from './watch-callers.ts'

export interface HttpServer {
  /** Without a path, for example http://127.0.0.1:4000. */
  readonly url: string
  /**
   * Refuses new operations, ends streams so that their clients resume elsewhere, lets requests finish, and
   * closes what is left after `deadlineMs`. Always resolves; a second call waits for the first.
   */
  stop(deadlineMs: number): Promise<void>
}

/** Listens at once: health and metrics answer while the app starts, operations from its first readiness on. */
export async function createServer<Caller, App extends object>(
  options: ServerOptions<Caller, App>,
): Promise<HttpServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const maskError = createMaskError(options.logger, options.metrics)
  const gate = new Gate(() => options.readiness())
  const graphql = options.schema
    ? createGraphql({ ...options, schema: options.schema }, limits, gate, maskError)
    : null
  const route = createRoutes({
    ...options,
    gate,
    graphql: graphql && ((request, response) => graphql.http.handle(request, response)),
    graphiqlPage: createGraphiqlPage(options.allowedHosts),
  })

  const server = createHttpServer()
  // Longer than the idle time of usual load balancers, which otherwise reuse a connection as it closes.
  server.keepAliveTimeout = 65_000
  server.on('request', async (request, response) => {
    try {
      await route(request, response)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else sendGraphqlError(response, maskError(error))
    }
  })
  // A client that asks first is told before it sends.
  server.on('checkContinue', (request, response) => {
    const limit = bodyLimitOf(request, limits)
    if (declaresTooMuch(request, limit)) return sendGraphqlError(response, bodyTooLarge(limit))
    response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('upgrade', (request, stream, head) => {
    // A client may reset the connection before ws listens to it.
    stream.on('error', () => stream.destroy())
    if (graphql) graphql.sockets.upgrade(request, stream, head)
    else stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')

  let stopped: Promise<void> | undefined
  const stop = async (deadlineMs: number) => {
    gate.close()
    const deadline = AbortSignal.timeout(deadlineMs)
    // Still listening: a load balancer that has not noticed yet gets 503 and tries another replica.
    if (graphql) {
      await Promise.allSettled([graphql.http.drain(deadline), graphql.sockets.drain(deadline)])
      graphql.sockets.terminate()
      graphql.callers.stop()
    }
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    await graphql?.spool.close()
  }
  return {
    url: urlOf(options.host, server.address() as AddressInfo),
    stop: (deadlineMs) => {
      stopped ??= stop(deadlineMs)
      return stopped
    },
  }
}

/** The transports of operations; a worker has none. */
function createGraphql<Caller, App extends object>(
  options: ServerOptions<Caller, App> & { readonly schema: GraphQLSchema },
  limits: ServerLimits,
  gate: Gate,
  maskError: MaskError,
) {
  const spool = new UploadSpool(options.uploadFolder ?? tmpdir())
  const { metrics } = options
  const counted = new KeySockets(limits.socketsPerKey)
  const countSocket: CountSocket = (caller, transport) => {
    const leave = counted.enter(options.socketKey?.(caller as Caller) ?? null)
    if (!leave) metrics.refusedSockets.inc({ transport })
    return leave
  }
  const engine = createGraphqlEngine(options, limits, maskError, spool, countSocket)
  const callers = new WatchCallers((authorization, signal) => options.authenticate(authorization, signal))
  const http = new HttpTransport(engine, limits.stalledMs, callers, metrics)
  const sockets = new SocketTransport({
    protocol: createSocketProtocol({
      engine: engine.yoga,
      gate,
      callers,
      maskError,
      authenticate: (authorization, signal) => options.authenticate(authorization, signal),
      countSocket: (caller) => countSocket(caller, 'ws'),
      ...limits,
    }),
    limits,
    metrics,
    refuse: (request) => {
      if (pathOf(request) !== '/graphql') return 404
      if (foreignRequest(request, options.allowedHosts)) return 403
      return gate.refusal() ? 503 : null
    },
    onFailure: (error) => void maskError(error),
  })
  return { http, sockets, spool, callers }
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://host').pathname
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
