import type { Plugin } from 'graphql-yoga'
import type { MaskError } from './mask-error.ts'
import type { OperationContext } from './operation.ts'

/**
 * Knows the caller before the body is read: a stranger cannot make us hold 32 MiB. WebSockets do it themselves. What
 * the exchange holds already, because execute-known.ts has begun with it, is not done again.
 */
export function useExchange(
  authenticate: (authorization: string | null, signal: AbortSignal) => Promise<unknown>,
  maskError: MaskError,
): Plugin<object, OperationContext> {
  return {
    async onRequestParse({ request, serverContext }) {
      if (serverContext.failure !== undefined) throw serverContext.failure
      if (serverContext.parameters) return
      const { signal } = serverContext.operation.controller
      try {
        serverContext.caller = await authenticate(request.headers.get('authorization'), signal)
      } catch (error) {
        // Masked here because Yoga takes a TimeoutError for the client's leaving and answers 200.
        throw maskError(error)
      }
    },
    onParams({ context, setResult }) {
      if (context.result) setResult(context.result)
    },
  }
}
