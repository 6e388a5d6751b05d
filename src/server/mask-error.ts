import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLErrorOptions, Kind } from 'graphql'
import { AppError, BusyError, ErrorCode } from '../errors.ts'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { httpStatusOf } from './http-status.ts'
import { isAbort, rootCause } from './root-cause.ts'

const codes: ReadonlySet<unknown> = new Set(Object.values(ErrorCode))

export type MaskError = (error: unknown) => GraphQLError

/** The code that clients will see. Metrics and spans ask for it before the error itself is masked. */
export function codeOf(error: unknown): ErrorCode {
  const cause = rootCause(error)
  if (cause instanceof AppError) return cause.code
  if (isAbort(cause) || isDatabaseOutage(cause)) return ErrorCode.Unavailable
  const code = error instanceof GraphQLError ? error.extensions.code : undefined
  if (codes.has(code)) return code as ErrorCode
  return isRequestError(error, cause) ? ErrorCode.BadUserInput : ErrorCode.Internal
}

/**
 * The one place where errors become what clients see: an AppError its code and details, a mistake in the
 * request BAD_USER_INPUT, and everything else one sentence with an id, logged once under it and counted.
 */
export function createMaskError(logger: Logger, metrics: Pick<Metrics, 'maskedErrors'>): MaskError {
  // One failure can surface at many fields (a batch that a loader shares): it keeps one id and one log line.
  const ids = new WeakMap<object, string>()

  // Transports and executors wrap what was masked before, and ask again.
  const masked = new WeakSet<object>()

  return (error) => {
    const cause = rootCause(error)
    if (cause instanceof GraphQLError && masked.has(cause)) return cause
    const result = mask(error, cause)
    masked.add(result)
    return result
  }

  function mask(error: unknown, cause: unknown): GraphQLError {
    const code = codeOf(error)
    if (cause instanceof AppError) {
      return present(error, cause.message, { ...cause.details, code: cause.code, ...httpOf(cause) })
    }
    // Whoever would read this has gone or will be told by the closing of the connection.
    if (isAbort(cause)) return present(error, 'The operation was cancelled.', { code })
    if (isDatabaseOutage(cause)) {
      logger.warn({ err: cause }, 'An operation failed as the database cannot be reached')
      return present(error, 'The database cannot be reached.', { code, retryable: true })
    }
    if (code !== ErrorCode.Internal && error instanceof GraphQLError) {
      const { originalError, ...extensions } = error.extensions
      if (isVariableError(error)) extensions.http = { status: 400, spec: true }
      return present(error, error.message, { ...extensions, code })
    }
    const known = typeof cause === 'object' && cause !== null ? cause : {}
    const id = ids.get(known) ?? randomUUID()
    if (!ids.has(known)) {
      ids.set(known, id)
      metrics.maskedErrors.inc()
      logger.error({ id, err: cause, path: error instanceof GraphQLError ? error.path : undefined }, 'masked')
    }
    return present(error, 'Something went wrong on our side.', { code, id })
  }
}

/** Of an error whose status is the same with data and without: proxies and clients act on it before they read on. */
function httpOf(cause: AppError): { readonly http?: object } {
  if (!(cause instanceof BusyError)) return {}
  return { http: { status: 429, headers: { 'Retry-After': String(cause.retryAfterSeconds) } } }
}

/** GraphQLErrors of parsing, validation and coercion quote the request, which the client may see again. */
function isRequestError(error: unknown, cause: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false
  // A variable that a scalar refused: the scalar's own error is the original, and the client's to see.
  if (isVariableError(error)) return true
  if (!(cause instanceof GraphQLError)) return false
  // Below a field, only arguments are the client's. A value that cannot be serialised has no nodes of its
  // own, and its message quotes our data.
  return error.path === undefined || cause.nodes !== undefined
}

function isVariableError(error: GraphQLError): boolean {
  return error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION
}

function present(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const options: GraphQLErrorOptions = { extensions }
  if (error instanceof GraphQLError) {
    options.nodes = error.nodes ?? null
    options.source = error.source ?? null
    options.positions = error.positions ?? null
    options.path = error.path ?? null
  }
  // Outside of a field there will be no data, and the status has to tell (GraphQL over HTTP).
  if (!options.path && extensions.http === undefined) {
    extensions.http = { status: httpStatusOf(extensions.code) }
  }
  return new GraphQLError(message, options)
}
