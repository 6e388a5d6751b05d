import { errors } from 'undici'
import { FailureCode, FailureError } from '../../failure.ts'

/** Why nothing was fetched: also the outcome in metrics, so the set is bounded. */
const reasons = {
  bad_url: { retryable: false, message: 'The URL is not valid.' },
  not_public: { retryable: false, message: 'The address is not public.' },
  unknown_name: { retryable: false, message: 'The name of the server does not exist.' },
  unresolved: { retryable: true, message: 'The name of the server could not be looked up.' },
  unreachable: { retryable: true, message: 'The server cannot be reached.' },
  insecure: { retryable: false, message: 'The server makes no secure connection.' },
  broken: { retryable: true, message: 'The connection broke before everything had arrived.' },
  no_http: { retryable: false, message: 'The server does not answer with valid HTTP.' },
  status: { retryable: false, message: 'The server does not give the document out.' },
  redirect: { retryable: false, message: 'The server redirects too often.' },
  encoding: { retryable: false, message: 'The content is compressed in a way that cannot be read.' },
  too_large: { code: FailureCode.TooLarge, retryable: false, message: 'The content is too large.' },
  timeout: { code: FailureCode.Timeout, retryable: true, message: 'The server did not answer in time.' },
} as const satisfies Record<string, { code?: FailureCode; retryable: boolean; message: string }>

export type FetchReason = keyof typeof reasons

/**
 * Its message and cause say nothing of where a name led to: who may ask for a URL is not told what this machine's
 * network looks like. `detail` is for the log.
 */
export class FetchError extends FailureError {
  readonly reason: FetchReason
  readonly detail: string | null

  constructor(
    reason: FetchReason,
    options: { message?: string; retryable?: boolean; detail?: string | null } = {},
  ) {
    const row: { code?: FailureCode; retryable: boolean; message: string } = reasons[reason]
    super(row.code ?? FailureCode.FetchFailed, options.message ?? row.message, {
      retryable: options.retryable ?? row.retryable,
    })
    this.name = 'FetchError'
    this.reason = reason
    this.detail = options.detail ?? null
  }
}

export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/**
 * What a request or its body failed with. Errors without a code come from this program, not from the network, and
 * pass as they are.
 */
export function classifyExchangeError(error: unknown): unknown {
  if (error instanceof FetchError) return error
  if (error instanceof errors.HTTPParserError) {
    // A message that the connection's end cuts short is one of these, too; undici gives them no code.
    const cut = error.message.includes('EOF')
    return new FetchError(cut ? 'broken' : 'no_http', { detail: 'not HTTP' })
  }
  const detail = errorCode(error)
  if (detail === null) return error
  if (detail === 'UND_ERR_HEADERS_OVERFLOW') {
    return new FetchError('no_http', { message: 'The header of the answer is too large.', detail })
  }
  // Z_BUF_ERROR is zlib's name for compressed data that ends too soon; brotli's codes begin with ERR__.
  if (detail !== 'Z_BUF_ERROR' && /^(Z_|ERR__)/.test(detail)) return new FetchError('encoding', { detail })
  return new FetchError('broken', { detail })
}
