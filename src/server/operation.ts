import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExecutionResult } from 'graphql'
import type { GraphQLParams, YogaInitialContext } from 'graphql-yoga'

/** What the transport knows of one GraphQL request, from its first byte to its end. */
export interface Operation {
  readonly transport: 'http' | 'ws'
  /** Aborted by the transport when the client has gone, before anything else is told. */
  readonly controller: AbortController
  /** Headers that may continue a trace (W3C traceparent). */
  readonly traceHeaders: Readonly<Record<string, unknown>>
  /** Called when it turns out to be a stream; what it returns is called when that stream's work is over. */
  onStream(): () => void
}

/** One request over HTTP, and what is known of it before Yoga answers it. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly operation: Operation
  caller?: unknown
  /** Why the request is refused. */
  failure?: unknown
  /** Of a body that was read. */
  parameters?: GraphQLParams
  /** Of parameters that were executed. */
  result?: ExecutionResult
}

/** What plugins find in the context beside what resolvers get. */
export interface OperationContext extends YogaInitialContext, Exchange {}

/** The reason of every abort that the client or our stop causes: an AbortError, never masked or logged. */
export function abortReason(message: string): DOMException {
  return new DOMException(message, 'AbortError')
}
