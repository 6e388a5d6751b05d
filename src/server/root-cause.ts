import { GraphQLError } from 'graphql'

/** What was thrown, below the GraphQLErrors that executors wrap around it to say where. */
export function rootCause(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError
  return cause
}

/** An abort is an outcome, never an error; a timeout (TimeoutError) is one. */
export function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError'
}
