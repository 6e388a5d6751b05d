import type { IncomingMessage } from 'node:http'
import { mediaTypeOf } from './read-body.ts'
import { requestError } from './request-error.ts'

/** What a page may send to another site without asking it first (Fetch, CORS-safelisted request-header). */
const unasked: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
])

/** Of other servers and their clients, so that these work here. Any value but an empty one will do. */
const headers = ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf']

/**
 * Refuses what a form on another site could send with its visitor's rights. With one of these headers a
 * browser asks first (a CORS preflight), and the answer is no.
 */
export function requirePreflight(request: IncomingMessage): void {
  const type = mediaTypeOf(request)
  if (!unasked.has(type) || headers.some((name) => request.headers[name])) return
  throw requestError(
    `A request of type ${type || '(none)'} needs one of the headers ${headers.join(', ')}, with any value: ` +
      'it keeps pages of other sites from sending it',
    { status: type === 'multipart/form-data' ? 400 : 415, details: { field: 'content-type' } },
  )
}
