import { type Context, context, propagation, SpanKind, trace } from '@opentelemetry/api'
import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { isAsyncIterable } from 'graphql-yoga'
import { onSettled } from '../lib/on-settled.ts'
import { recordFailure, startSpan } from '../telemetry/tracing.ts'
import type { OperationContext } from './operation.ts'
import { firstError } from './outcome.ts'
import { rootCause } from './root-cause.ts'
import { labelOperation } from './root-field.ts'

/**
 * A span per operation, from execution to its result or to the end of its stream, continuing the client's
 * trace. It names the operation and its root field and holds no document, variable, argument or result.
 *
 * Not @envelop/opentelemetry, whose 9.2.1 was read: it ends no span of an execution that throws or of a
 * subscription that is refused, writes whole errors (which quote arguments) and a subscription's document
 * whatever its options say, and brings a second SDK, 1.30.
 */
export function useOperationTracing(): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(tracedOperation(executeFn))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(tracedOperation(subscribeFn))
    },
  }
}

export function tracedOperation<Args extends ExecutionArgs>(run: (args: Args) => unknown) {
  return async (args: Args) => {
    const { type, field } = labelOperation(args.document, args.operationName)
    const parent = parentOf(args.contextValue as OperationContext)
    const span = startSpan(
      `${type} ${field}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'graphql.operation.type': type, 'graphql.operation.field': field },
      },
      parent,
    )
    const within = trace.setSpan(parent, span)
    const end = (error?: unknown) => {
      if (error !== undefined) recordFailure(span, rootCause(error))
      span.end()
    }
    try {
      const result = await context.with(within, () => run(args))
      if (isAsyncIterable(result)) {
        return onSettled(result, { settled: end, around: (pull) => context.with(within, pull) })
      }
      end(firstError(result))
      return result
    } catch (error) {
      end(error)
      throw error
    }
  }
}

/** W3C trace context of the HTTP request, the WebSocket's upgrade or the operation's extensions. */
function parentOf({ operation }: OperationContext): Context {
  return propagation.extract(context.active(), operation.traceHeaders)
}
