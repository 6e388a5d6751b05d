import { execute, type GraphQLSchema } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { createKnownExecutor } from './execute-known.ts'
import type { CountSocket } from './key-sockets.ts'
import { KnownDocuments } from './known-documents.ts'
import type { MaskError } from './mask-error.ts'
import type { UploadSpool } from './multipart-spool.ts'
import type { Exchange, Operation, OperationContext } from './operation.ts'
import type { ServerLimits, ServerOptions } from './server-options.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useErrorCodes } from './use-error-codes.ts'
import { useExchange } from './use-exchange.ts'
import { timedOperation, useOperationMetrics } from './use-operation-metrics.ts'
import { tracedOperation, useOperationTracing } from './use-operation-tracing.ts'
import { useRequestParameters } from './use-request-parameters.ts'
import { useStreams } from './use-streams.ts'

export type GraphqlEngine = ReturnType<typeof createGraphqlEngine>['yoga']

/**
 * Yoga with our plugins: HTTP asks it directly, WebSockets through getEnveloped, so both obey the same rules. And what
 * answers over HTTP without it where that is the same.
 */
export function createGraphqlEngine<Caller, App extends object>(
  options: ServerOptions<Caller, App> & { readonly schema: GraphQLSchema },
  limits: ServerLimits,
  maskError: MaskError,
  spool: UploadSpool,
  countSocket: CountSocket,
) {
  const known = new KnownDocuments()
  const { schema, metrics } = options
  const authenticate = (authorization: string | null, signal: AbortSignal) =>
    options.authenticate(authorization, signal)
  const createContext = (caller: unknown, operation: Operation) =>
    options.createContext(caller as Caller, operation.controller.signal)
  const timed = timedOperation(metrics)
  const yoga = createYoga<Exchange, object>({
    schema,
    context: (initial) => {
      const { caller, operation } = initial as unknown as OperationContext
      return createContext(caller, operation)
    },
    plugins: [
      useExecutor(),
      useExchange(authenticate, maskError),
      useRequestParameters(limits, spool, (caller) => {
        try {
          options.admitUpload?.(caller as Caller)
        } catch (error) {
          throw maskError(error)
        }
      }),
      useDocumentLimits(limits),
      useErrorCodes(),
      known.plugin(),
      useOperationMetrics(metrics),
      useOperationTracing(),
      useStreams({ metrics, countSocket }),
    ],
    maskedErrors: { maskError: (error) => maskError(error) },
    parserAndValidationCache: {
      documentCache: known.cache,
      // Remembering bad documents serves only whoever sends them.
      errorCache: { get: () => undefined, set: () => undefined },
    },
    // Ours: readBody counts while it reads, graphiql-page.ts serves no CDN, maskError logs.
    maxRequestBodySize: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    batching: false,
    multipart: false,
    // Yoga's default answers every origin with its own name. Pages are served from this one.
    cors: false,
  })
  const executeKnown = createKnownExecutor({
    ...{ schema, known, maskError, authenticate, createContext, bodyBytes: limits.bodyBytes },
    observe: (run) => tracedOperation(timed(run)),
  })
  return { yoga, executeKnown }
}

/** One executor for both ways. */
function useExecutor(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute)
    },
  }
}
