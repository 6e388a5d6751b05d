import type { IncomingMessage, ServerResponse } from 'node:http'
import type { YogaInitialContext } from 'graphql-yoga'

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

/** What plugins find in the context beside what resolvers get. */
export interface OperationContext extends YogaInitialContext {
  readonly operation: Operation
  readonly req: IncomingMessage
  readonly res: ServerResponse
  caller?: unknown
}

/** The reason of every abort that the client or our stop causes: an AbortError, never masked or logged. */
export function abortReason(message: string): DOMException {
  return new DOMException(message, 'AbortError')
}
