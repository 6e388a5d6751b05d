import { faultOfCode, UpstreamFault } from './faults.ts'
import { readRetryAfter } from './retry-after.ts'
import type { Subject } from './subject.ts'
import { rejected, UpstreamError, unavailable } from './upstream-error.ts'

/** Statuses below 500 that a later attempt can turn into an answer. */
const retryableStatuses = new Set([408, 409, 425, 429])

interface Rejection {
  readonly problem: (subject: Subject) => string
  readonly fault: UpstreamFault
  /** A key or a model that is missing at one address says nothing of the others. */
  readonly elsewhere: boolean
}

const rejections: Readonly<Record<number, Rejection>> = {
  401: {
    problem: (s) => `refused the key: check ${s.variables}_API_KEY`,
    fault: UpstreamFault.Unauthorized,
    elsewhere: true,
  },
  403: {
    problem: (s) =>
      `refused access to the model "${s.model}": check ${s.variables}_API_KEY and ${s.variables}_MODEL`,
    fault: UpstreamFault.Unauthorized,
    elsewhere: true,
  },
  404: {
    problem: (s) =>
      `knows no model "${s.model}" at this address: check ${s.variables}_MODEL and ${s.variables}_BASE_URL`,
    fault: UpstreamFault.NotFound,
    elsewhere: true,
  },
  413: { problem: () => 'found the request too large', fault: UpstreamFault.BadRequest, elsewhere: false },
}

/** What a person can do about a failure of the network. */
const networkProblems: Readonly<Partial<Record<UpstreamFault, (subject: Subject) => string>>> = {
  refused: (s) =>
    `cannot be reached: nothing listens at its address. Is it running? See ${s.variables}_BASE_URL`,
  dns: (s) => `cannot be reached: the name in ${s.variables}_BASE_URL cannot be resolved`,
  tls: (s) => `cannot be reached: its TLS certificate is not valid here. See ${s.variables}_BASE_URL`,
  reset: () => 'broke the connection before it answered',
}

/** What an attempt threw, as the failure that callers see. The upstream's own words stay out of it. */
export function classifyError(error: unknown, subject: Subject): UpstreamError {
  if (error instanceof UpstreamError) return error
  const { status, headers } = httpAnswer(error)
  if (status === null) {
    const code = networkDetail(error)
    const fault = faultOfCode(code)
    const problem = networkProblems[fault]?.(subject) ?? 'cannot be reached'
    return unavailable(subject, problem, { detail: code, fault })
  }
  const detail = `HTTP ${status}`
  if (status === 429) {
    return unavailable(subject, 'is receiving too many requests', {
      detail,
      fault: UpstreamFault.TooManyRequests,
      // It answers; keeping away from it is what Retry-After and the backoff are for.
      blamesAddress: false,
      retryAfterMs: readRetryAfter(headers),
      overloaded: true,
    })
  }
  if (status >= 500 || retryableStatuses.has(status)) {
    return unavailable(subject, `is failing (HTTP ${status})`, {
      detail,
      fault: UpstreamFault.ServerError,
      retryAfterMs: readRetryAfter(headers),
    })
  }
  const known = rejections[status]
  const problem =
    known?.problem(subject) ??
    `did not accept the request (HTTP ${status}): check ${subject.variables}_MODEL and ${subject.variables}_BASE_URL`
  const { fault = UpstreamFault.BadRequest, elsewhere = false } = known ?? {}
  return rejected(subject, problem, detail, { fault, elsewhere })
}

function httpAnswer(error: unknown): { status: number | null; headers: Headers | undefined } {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') {
    return { status: null, headers: undefined }
  }
  const headers = 'headers' in error && error.headers instanceof Headers ? error.headers : undefined
  return { status: error.status, headers }
}

/** ECONNREFUSED and the like are at the end of fetch's and the SDK's chains of causes. */
export function networkDetail(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  // No message: fetch quotes the header or the URL that it cannot send, key and password included.
  return error instanceof Error ? error.name : typeof error
}
