/** Why a document or a run ended FAILED: data in the contract, not a GraphQL error. */
export const FailureCode = {
  InvalidInput: 'INVALID_INPUT',
  UnsupportedType: 'UNSUPPORTED_TYPE',
  TooLarge: 'TOO_LARGE',
  Unreadable: 'UNREADABLE',
  Encrypted: 'ENCRYPTED',
  Empty: 'EMPTY',
  FetchFailed: 'FETCH_FAILED',
  UpstreamUnavailable: 'UPSTREAM_UNAVAILABLE',
  UpstreamRejected: 'UPSTREAM_REJECTED',
  Timeout: 'TIMEOUT',
  Interrupted: 'INTERRUPTED',
  Internal: 'INTERNAL',
} as const
export type FailureCode = (typeof FailureCode)[keyof typeof FailureCode]

export interface Failure {
  readonly code: FailureCode
  /** For a person, without internals. */
  readonly message: string
  /** Whether the same call can succeed later. */
  readonly retryable: boolean
}

/** Carries a Failure through code that throws: parsers, upstream calls, job handlers. */
export class FailureError extends Error {
  readonly failure: Failure

  constructor(code: FailureCode, message: string, options: ErrorOptions & { retryable?: boolean } = {}) {
    super(message, options)
    this.name = 'FailureError'
    this.failure = { code, message, retryable: options.retryable ?? false }
  }
}
