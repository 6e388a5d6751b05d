import { readRetryAfter } from './retry-after.ts'
import type { Subject } from './subject.ts'
import { rejected, UpstreamError, unavailable } from './upstream-error.ts'

/** Statuses below 500 that a later attempt can turn into an answer. */
const retryableStatuses = new Set([408, 409, 425, 429])

const rejections: Readonly<Record<number, (subject: Subject) => string>> = {
  401: (s) => `refused the key: check ${s.variables}_API_KEY`,
  403: (s) =>
    `refused access to the model "${s.model}": check ${s.variables}_API_KEY and ${s.variables}_MODEL`,
  404: (s) =>
    `knows no model "${s.model}" at this address: check ${s.variables}_MODEL and ${s.variables}_BASE_URL`,
  413: () => 'found the request too large',
}

/** What an attempt threw, as the failure that callers see. The upstream's own words stay out of it. */
export function classifyError(error: unknown, subject: Subject): UpstreamError {
  if (error instanceof UpstreamError) return error
  const { status, headers } = httpAnswer(error)
  if (status === null) {
    return unavailable(subject, 'cannot be reached', { detail: networkDetail(error) })
  }
  const detail = `HTTP ${status}`
  if (status === 429) {
    return unavailable(subject, 'is receiving too many requests', {
      detail,
      // It answers; keeping away from it is what Retry-After and the backoff are for.
      blamesAddress: false,
      retryAfterMs: readRetryAfter(headers),
      overloaded: true,
    })
  }
  if (status >= 500 || retryableStatuses.has(status)) {
    return unavailable(subject, `is failing (HTTP ${status})`, {
      detail,
      retryAfterMs: readRetryAfter(headers),
    })
  }
  const problem =
    rejections[status]?.(subject) ??
    `did not accept the request (HTTP ${status}): check ${subject.variables}_MODEL and ${subject.variables}_BASE_URL`
  return rejected(subject, problem, detail)
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
