import type { IncomingMessage, ServerResponse } from 'node:http'
import { ErrorCode } from '../errors.ts'
import { foreignRequest } from './allowed-hosts.ts'
import type { Gate } from './gate.ts'
import { requestError } from './request-error.ts'
import { sendGraphqlError, sendJson, sendText, setSecurityHeaders } from './send-response.ts'
import type { Page, ServerOptions } from './server-options.ts'

export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

interface RoutesOptions extends Pick<ServerOptions<unknown, object>, 'metrics' | 'pages' | 'allowedHosts'> {
  readonly gate: Gate
  /** Null for a process that answers no operations. */
  readonly graphql: Route | null
  readonly graphiqlPage: () => Promise<Page>
}

const ownOrigin =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; " +
  "base-uri 'none'; frame-ancestors 'none'"

/** Every path that the server answers, and one answer for all others. */
export function createRoutes({ gate, metrics, ...options }: RoutesOptions): Route {
  const routes = new Map<string, Route>()
  for (const [path, page] of Object.entries(options.pages ?? {})) {
    routes.set(
      path,
      readOnly((_request, response) => sendPage(response, page)),
    )
  }
  // Always 200: a process that answers is alive, and restarting one that waits for its database helps nobody.
  routes.set(
    '/health/live',
    readOnly((_request, response) => sendJson(response, 200, { live: true })),
  )
  routes.set(
    '/health/ready',
    readOnly((_request, response) => {
      const readiness = gate.readiness()
      sendJson(response, readiness.ready ? 200 : 503, readiness)
    }),
  )
  routes.set(
    '/metrics',
    readOnly(async (_request, response) => {
      sendText(response, 200, metrics.registry.contentType, await metrics.registry.metrics())
    }),
  )
  const { graphql } = options
  if (graphql)
    routes.set('/graphql', async (request, response) => {
      const refusal = gate.refusal()
      if (refusal) {
        response.setHeader('Retry-After', '1')
        sendGraphqlError(response, refusal)
      } else if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
        sendPage(response, await options.graphiqlPage())
      } else await graphql(request, response)
    })

  return (request, response) => {
    setSecurityHeaders(response)
    const { url = '/' } = request
    // What is a path already is not parsed: nearly all requests are for one.
    const path = routes.has(url) ? url : new URL(url, 'http://host').pathname
    // Probes name the host as they like, and learn nothing.
    const foreign = path.startsWith('/health/') ? null : foreignRequest(request, options.allowedHosts)
    if (foreign)
      return sendGraphqlError(response, requestError(foreign, { code: ErrorCode.Forbidden, status: 403 }))
    const route = routes.get(path)
    if (route) return route(request, response)
    sendJson(response, 404, { error: 'not found' })
  }
}

function readOnly(route: Route): Route {
  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return route(request, response)
    response.setHeader('Allow', 'GET, HEAD')
    sendJson(response, 405, { error: 'method not allowed' })
  }
}

function sendPage(response: ServerResponse, page: Page): void {
  response.setHeader('Content-Security-Policy', page.contentSecurityPolicy ?? ownOrigin)
  sendText(response, 200, page.contentType, page.body)
}
