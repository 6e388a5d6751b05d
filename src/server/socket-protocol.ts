import type { IncomingMessage } from 'node:http'
import type { ExecutionArgs, FormattedExecutionResult, GraphQLError, GraphQLSchema } from 'graphql'
import { CloseCode, type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { AppError, ErrorCode } from '../errors.ts'
import { toClientError } from './client-error.ts'
import type { Gate } from './gate.ts'
import type { GraphqlEngine } from './graphql-engine.ts'
import type { MaskError } from './mask-error.ts'
import { requestError } from './request-error.ts'
import type { SocketOperations } from './socket-operations.ts'
import type { WatchCallers } from './watch-callers.ts'

export interface SocketExtra {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly operations: SocketOperations
  /** Aborts when the socket has closed. */
  readonly signal: AbortSignal
}

interface ProtocolOptions {
  readonly engine: GraphqlEngine
  readonly gate: Gate
  readonly callers: WatchCallers
  readonly maskError: MaskError
  readonly authenticate: (authorization: string | null, signal: AbortSignal) => Promise<unknown>
  readonly connectionInitMs: number
  readonly operationsPerSocket: number
  /** Counts one more connection of the caller; null where it may have none. */
  readonly countSocket: (caller: unknown) => (() => void) | null
}

/**
 * RFC 6455's Try Again Later. Not graphql-transport-ws's 4429: its clients take that for final, whatever they are
 * told to retry, and a client whose old connection has not been missed yet would lose its stream for good.
 */
const tooMany = { code: 1013, reason: 'Too many connections with this key' } as const

type SocketContext = Context<Record<string, unknown>, SocketExtra>
type Run = (args: ExecutionArgs) => unknown
interface EnvelopedArgs extends ExecutionArgs {
  readonly execute: Run
  readonly subscribe: Run
}

/** graphql-transport-ws by graphql-ws, run by Yoga's enveloped functions: the limits, masking and metrics of HTTP. */
export function createSocketProtocol(options: ProtocolOptions): Server<SocketExtra> {
  const { engine, gate, maskError } = options

  async function admit({ extra, connectionParams }: SocketContext): Promise<unknown> {
    try {
      return await options.authenticate(authorizationOf(extra.request, connectionParams), extra.signal)
    } catch (error) {
      if (error instanceof AppError && error.code === ErrorCode.Unavailable) {
        extra.socket.close(1013, 'Try again later')
      } else if (error instanceof AppError) {
        extra.socket.close(CloseCode.Forbidden, 'Forbidden')
      } else {
        maskError(error)
        extra.socket.close(CloseCode.InternalServerError, 'Internal server error')
      }
      return null
    }
  }

  /** Closed first: a stream that is aborted on an open socket would be told that it is complete. */
  function watchCaller({ extra, connectionParams }: SocketContext): void {
    const { socket, operations, request, signal } = extra
    const unwatch = options.callers.watch(authorizationOf(request, connectionParams), () => {
      socket.close(CloseCode.Forbidden, 'Forbidden')
      operations.cancelAll('The key is not valid any more.')
    })
    if (signal.aborted) unwatch()
    else signal.addEventListener('abort', unwatch, { once: true })
  }

  async function prepare(ctx: SocketContext, id: string, payload: SubscribePayload) {
    const { operations, request } = ctx.extra
    const refusal = gate.refusal()
    if (refusal) return [refusal]
    const limit = options.operationsPerSocket
    if (operations.size >= limit) {
      const message = `At most ${limit} operations at a time on one WebSocket`
      return [requestError(message, { code: ErrorCode.RateLimited, details: { limit } })]
    }
    const operation = operations.start(payload, id, { ...request.headers, ...payload.extensions })
    try {
      // Asked again for each operation: the key may have been revoked since the socket was opened.
      const caller = await admit(ctx)
      if (caller === null) throw requestError('Forbidden', { code: ErrorCode.Forbidden })
      const { schema, parse, validate, contextFactory, execute, subscribe } = engine.getEnveloped({
        operation,
        caller,
        params: payload,
      })
      const document = parse(payload.query)
      const errors: readonly GraphQLError[] = validate(schema, document)
      if (errors.length > 0) {
        operations.end(payload)
        return [...errors]
      }
      return {
        schema: schema as GraphQLSchema,
        document,
        operationName: payload.operationName ?? undefined,
        variableValues: payload.variables ?? undefined,
        contextValue: await contextFactory(),
        execute,
        subscribe,
      }
    } catch (error) {
      operations.end(payload)
      return [maskError(error)]
    }
  }

  const run = (kind: 'execute' | 'subscribe') => async (args: ExecutionArgs) => {
    try {
      return (await (args as EnvelopedArgs)[kind](args)) as never
    } catch (error) {
      return { errors: [maskError(error)] } as never
    }
  }

  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: options.connectionInitMs,
    onConnect: async (ctx) => {
      // A socket that is already closing sends no acknowledgement, so its close code stands.
      const caller = await admit(ctx)
      const { socket } = ctx.extra
      if (caller === null || socket.readyState !== socket.OPEN) return
      const leave = options.countSocket(caller)
      if (!leave) return socket.close(tooMany.code, tooMany.reason)
      socket.once('close', leave)
      watchCaller(ctx)
    },
    onSubscribe: prepare,
    execute: run('execute'),
    subscribe: run('subscribe'),
    onNext: (_ctx, _id, _payload, _args, { errors, ...result }) => {
      // Without `data` where there is none: that tells a refused request from a field that failed.
      const next = { ...result, ...(errors && { errors: errors.map(toClientError) }) }
      return next as FormattedExecutionResult
    },
    onError: ({ extra }, _id, payload, errors) => {
      extra.operations.end(payload)
      return errors.map((error) => toClientError(maskError(error)))
    },
    onComplete: ({ extra }, _id, payload) => extra.operations.end(payload),
  })
}

/** Browsers cannot set headers on a WebSocket, so they send it in connectionParams; others may do either. */
function authorizationOf(request: IncomingMessage, parameters: Record<string, unknown> = {}): string | null {
  const sent = parameters.authorization ?? parameters.Authorization
  return typeof sent === 'string' ? sent : (request.headers.authorization ?? null)
}
