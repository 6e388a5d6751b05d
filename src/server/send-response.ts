import type { ServerResponse } from 'node:http'
import type { GraphQLError } from 'graphql'
import { toClientError } from './client-error.ts'
import { httpStatusOf } from './http-status.ts'

/** On every answer; a page or a stream may set its own Cache-Control. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('X-Frame-Options', 'DENY')
}

export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
) {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, 'application/json; charset=utf-8', JSON.stringify(value))
}

/** A request that never reaches GraphQL is refused in GraphQL's form: clients read only that. */
export function sendGraphqlError(response: ServerResponse, error: GraphQLError): void {
  const http = error.extensions.http as { status?: number } | undefined
  sendJson(response, http?.status ?? httpStatusOf(error.extensions.code), { errors: [toClientError(error)] })
}
