import { AppError, ErrorCode } from '../errors.ts'
import type { Context } from '../resolvers/context.ts'
import { withSpan } from '../telemetry/tracing.ts'

/** A span and a duration for a resolver that does work; `field` is `Type.field`. */
export function observeResolver<T>(
  field: string,
  { services }: Context,
  work: () => T | Promise<T>,
): Promise<T> {
  const stop = services.metrics.resolverDuration.startTimer({ field })
  const attributes = { 'graphql.field.coordinates': field }
  return withSpan(`resolver ${field}`, { attributes }, async () => {
    try {
      const result = await work()
      stop({ outcome: 'ok' })
      return result
    } catch (error) {
      stop({ outcome: outcomeOf(error) })
      throw error
    }
  })
}

function outcomeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'aborted'
  return (error instanceof AppError ? error.code : ErrorCode.Internal).toLowerCase()
}
