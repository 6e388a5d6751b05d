import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { AppError, ErrorCode } from '../errors.ts'
import { abortable } from '../lib/abortable.ts'
import { onSettled } from '../lib/on-settled.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { acceptsEventStream } from './accepted-media-type.ts'
import { toClientError } from './client-error.ts'
import type { CountSocket } from './key-sockets.ts'
import type { OperationContext } from './operation.ts'
import { requestError } from './request-error.ts'

/** A stream that we end for a reason which the client is to know ends with it, and not as if it were complete. */
function withLastWord<T>(stream: AsyncGenerator<T, void>, signal: AbortSignal): AsyncGenerator<T, void> {
  let said = false
  return {
    ...stream,
    async next() {
      const result = await stream.next()
      if (result.done && !said && signal.reason instanceof AppError) {
        said = true
        throw signal.reason
      }
      return result
    },
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  }
}

const tooManySockets = 'Too many connections with this key'
const needsEventStream = 'A subscription over HTTP needs Accept: text/event-stream'

function isRefusal(result: object): boolean {
  return 'errors' in result && (result.errors as [Error])[0]?.message === needsEventStream
}

interface StreamsOptions {
  readonly metrics: Pick<Metrics, 'activeStreams'>
  readonly countSocket: CountSocket
}

/** Ends a subscription's generator by aborting its operation first, and counts those that are being delivered. */
export function useStreams({ metrics, countSocket }: StreamsOptions): Plugin {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { operation, caller, req, res } = args.contextValue as OperationContext
      // A WebSocket was counted when it was opened. Before anything is started: a run would go on by itself.
      if (operation.transport === 'http') {
        if (!acceptsEventStream(req.headers.accept)) {
          return setResultAndStopExecution({
            errors: [requestError(needsEventStream, { status: 406 })],
          } as never)
        }
        const leave = countSocket(caller, 'sse')
        if (!leave) {
          res.setHeader('Retry-After', '5')
          const refusal = { code: ErrorCode.RateLimited, status: 429, details: { retryAfter: 5 } }
          return setResultAndStopExecution({ errors: [requestError(tooManySockets, refusal)] } as never)
        }
        res.once('close', leave)
      }
      const labels = { transport: operation.transport === 'http' ? 'sse' : operation.transport }
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return
          metrics.activeStreams.inc(labels)
          const ended = operation.onStream()
          const counted = onSettled(result, {
            settled: () => {
              metrics.activeStreams.dec(labels)
              ended()
            },
          })
          const { controller } = operation
          setResult(withLastWord(abortable(counted, controller), controller.signal))
        },
      }
    },
    // Yoga would answer an empty 406 where no JSON is accepted either, and leave a stream open behind it.
    onResultProcess({ result, setResult, resultProcessor, setResultProcessor }) {
      if (resultProcessor || !(isAsyncIterable(result) || isRefusal(result))) return
      if (isAsyncIterable(result)) void result[Symbol.asyncIterator]().return?.()
      const error = requestError(needsEventStream, { status: 406 })
      setResult({ errors: [error] })
      setResultProcessor((_result, { Response }) => {
        const body = JSON.stringify({ errors: [toClientError(error)] })
        const headers = { 'content-type': 'application/json; charset=utf-8' }
        return new Response(body, { status: 406, headers })
      }, 'application/json')
    },
  }
}
