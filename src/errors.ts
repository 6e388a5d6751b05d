/**
 * Expected failures of an operation. They become GraphQL errors with `extensions.code` in one place
 * (server/mask-error.ts); everything that is not an AppError is masked there. Knows no GraphQL.
 */
export const ErrorCode = {
  BadUserInput: 'BAD_USER_INPUT',
  Unauthenticated: 'UNAUTHENTICATED',
  Forbidden: 'FORBIDDEN',
  NotFound: 'NOT_FOUND',
  Conflict: 'CONFLICT',
  RateLimited: 'RATE_LIMITED',
  TooComplex: 'TOO_COMPLEX',
  Unavailable: 'UNAVAILABLE',
  Internal: 'INTERNAL_SERVER_ERROR',
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

export interface AppErrorOptions extends ErrorOptions {
  /** Further `extensions` for the client. Never internals. */
  details?: Readonly<Record<string, unknown>>
}

export abstract class AppError extends Error {
  abstract readonly code: ErrorCode
  /** Whether the same call can succeed later. */
  readonly retryable: boolean = false
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, { details = {}, ...options }: AppErrorOptions = {}) {
    super(message, options)
    this.name = new.target.name
    this.details = details
  }
}

/** An argument is outside of its documented limits. `field` is its path in the input. */
export class BadUserInputError extends AppError {
  readonly code = ErrorCode.BadUserInput

  constructor(field: string, problem: string, options: AppErrorOptions = {}) {
    super(`${field} ${problem}`, { ...options, details: { field, ...options.details } })
  }
}

export class UnauthenticatedError extends AppError {
  readonly code = ErrorCode.Unauthenticated
}

export class ForbiddenError extends AppError {
  readonly code = ErrorCode.Forbidden
}

/** Also for what exists in another workspace: the caller cannot tell the two apart. */
export class NotFoundError extends AppError {
  readonly code = ErrorCode.NotFound
}

export class ConflictError extends AppError {
  readonly code = ErrorCode.Conflict
}

export class UnavailableError extends AppError {
  readonly code = ErrorCode.Unavailable
  override readonly retryable = true
}

/** There is no room for more work now. Over HTTP it is 429 with Retry-After. */
export class BusyError extends UnavailableError {
  /** When there is likely to be room. */
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message, { details: { retryable: true, retryAfter: retryAfterSeconds } })
    this.retryAfterSeconds = retryAfterSeconds
  }
}
