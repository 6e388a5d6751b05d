/** What a failed call throws. An abort is not one: it rejects with the signal's own reason. */
export class GroundwireError extends Error {
  /**
   * `extensions.code` of the first GraphQL error (`BAD_USER_INPUT`, `NOT_FOUND`, …), or the client's own:
   * `NETWORK`, `HTTP_<status>`, `TIMEOUT`, `DISCONNECTED`, `PROTOCOL`, `UNREACHABLE`, `FILE_CHANGED`.
   */
  readonly code: string
  /** Whether the same call can succeed later. */
  readonly retryable: boolean
  /** Further `extensions` of the GraphQL error. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { retryable?: boolean; details?: Record<string, unknown> } = {},
  ) {
    super(message, options)
    this.name = 'GroundwireError'
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}

/** The connection could not be made, or broke. */
export function networkError(url: string, error: unknown): GroundwireError {
  // fetch hides the reason (ECONNREFUSED, say) in the cause of a TypeError that says "fetch failed".
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason =
    (cause as { code?: unknown } | null)?.code ?? (cause instanceof Error ? cause.message : String(cause))
  return new GroundwireError('NETWORK', `Cannot reach ${url}: ${String(reason)}`, {
    retryable: true,
    cause: error,
  })
}

/** Of the request's files, one changed or went away while it was sent. */
export function fileChanged(cause: unknown): GroundwireError {
  return new GroundwireError('FILE_CHANGED', 'A file changed while it was sent', { retryable: true, cause })
}

/** An answer that is not GraphQL: from a proxy, or from something else that listens there. */
export function httpError(url: string, { status, headers }: Response): GroundwireError {
  const retryAfter = Number(headers.get('retry-after')) || undefined
  return new GroundwireError(`HTTP_${status}`, `${url} answered with HTTP status ${status}`, {
    retryable: status >= 500 || status === 408 || status === 429,
    details: retryAfter ? { retryAfter } : {},
  })
}

export function protocolError(message: string, options: ErrorOptions = {}): GroundwireError {
  return new GroundwireError('PROTOCOL', message, { ...options, retryable: true })
}
