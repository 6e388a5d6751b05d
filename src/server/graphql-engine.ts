import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { DocumentCache } from './document-cache.ts'
import type { MaskError } from './mask-error.ts'
import type { UploadSpool } from './multipart-spool.ts'
import type { Operation, OperationContext } from './operation.ts'
import type { ServerLimits, ServerOptions } from './server-options.ts'
import { useAuthentication } from './use-authentication.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useErrorCodes } from './use-error-codes.ts'
import { useOperationMetrics } from './use-operation-metrics.ts'
import { useOperationTracing } from './use-operation-tracing.ts'
import { useRequestParameters } from './use-request-parameters.ts'
import { useStreams } from './use-streams.ts'

interface HttpContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly operation: Operation
}

export type GraphqlEngine = ReturnType<typeof createGraphqlEngine>

/** Yoga with our plugins: HTTP asks it directly, WebSockets through getEnveloped, so both obey the same rules. */
export function createGraphqlEngine<Caller, App extends object>(
  options: ServerOptions<Caller, App> & { readonly schema: GraphQLSchema },
  limits: ServerLimits,
  maskError: MaskError,
  spool: UploadSpool,
) {
  return createYoga<HttpContext, object>({
    schema: options.schema,
    context: (initial) => {
      const { caller, operation } = initial as unknown as OperationContext
      return options.createContext(caller as Caller, operation.controller.signal)
    },
    plugins: [
      useAuthentication((authorization, signal) => options.authenticate(authorization, signal), maskError),
      useRequestParameters(limits, spool, (caller) => {
        try {
          options.admitUpload?.(caller as Caller)
        } catch (error) {
          throw maskError(error)
        }
      }),
      useDocumentLimits(limits),
      useErrorCodes(),
      useOperationMetrics(options.metrics),
      useOperationTracing(),
      useStreams(options.metrics),
    ],
    maskedErrors: { maskError: (error) => maskError(error) },
    parserAndValidationCache: {
      documentCache: new DocumentCache(),
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
}
