import type { UpstreamLimits } from './limits.ts'
import type { UpstreamError } from './upstream-error.ts'

/**
 * How long to wait before attempt `attempt + 1`, or null where there is to be none. Exponential, the upper half
 * of it random, so that requests that failed together do not come back together.
 */
export function retryDelay(
  limits: Pick<UpstreamLimits, 'retries' | 'backoffMs' | 'maxBackoffMs' | 'maxRetryAfterMs'>,
  attempt: number,
  error: UpstreamError,
  random: () => number = Math.random,
): number | null {
  if (!error.failure.retryable || attempt >= limits.retries) return null
  if (error.retryAfterMs !== null && error.retryAfterMs > limits.maxRetryAfterMs) return null
  const ceiling = Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** attempt)
  const backoff = ceiling / 2 + (ceiling / 2) * random()
  return Math.max(backoff, error.retryAfterMs ?? 0)
}
