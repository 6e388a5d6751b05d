import { GroundwireError } from './errors.ts'

export interface RetryPolicy {
  /** Gives up after failing for so long without progress. @default 60000 */
  readonly giveUpAfterMs: number
  /** A connection on which nothing comes for so long, pings included, counts as lost. @default 30000 */
  readonly silenceMs: number
  /** Upper bound of the first wait; it doubles with each further one. @default 100 */
  readonly minDelayMs: number
  /** @default 5000 */
  readonly maxDelayMs: number
  /** Called before each wait, with its length: what the server asked for (`retryAfter`), and jitter. */
  readonly onRetry: (error: GroundwireError, attempt: number, waitMs: number) => void
}

export const defaultRetryPolicy: RetryPolicy = {
  giveUpAfterMs: 60_000,
  silenceMs: 30_000,
  minDelayMs: 100,
  maxDelayMs: 5_000,
  onRetry: () => {},
}

/** Decides about the failures of one call or stream. */
export class Retries {
  readonly #policy: RetryPolicy
  #attempt = 0
  #failingSince: number | undefined

  constructor(policy: RetryPolicy) {
    this.#policy = policy
  }

  /** Something new came: the next failure is a first one again. */
  progressed(): void {
    this.#attempt = 0
    this.#failingSince = undefined
  }

  /** Waits before the next attempt. @throws what was thrown where it is final, or `UNREACHABLE`. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!(error instanceof GroundwireError) || !error.retryable) throw error
    const { giveUpAfterMs, silenceMs, minDelayMs, maxDelayMs, onRetry } = this.#policy
    // Healthy quiet (a model that thinks, pings coming) is no failure, so the clock starts with the
    // first failure; a timeout has been one for as long as it took.
    const now = performance.now()
    this.#failingSince ??= now - (error.code === 'TIMEOUT' ? silenceMs : 0)
    const left = this.#failingSince + giveUpAfterMs - now
    if (left <= 0) {
      const message = `Gave up after ${giveUpAfterMs / 1000} s without progress. ${error.message}`
      throw new GroundwireError('UNREACHABLE', message, { retryable: true, cause: error })
    }
    // Full jitter: clients that one restart cut off do not come back in one moment.
    const ceiling = Math.min(maxDelayMs, minDelayMs * 2 ** this.#attempt)
    // A server that says when it has room is not asked before.
    const asked = Number(error.details.retryAfter) * 1_000 || 0
    const waitMs = Math.min(left, asked + Math.random() * ceiling)
    onRetry(error, ++this.#attempt, waitMs)
    await pause(waitMs, signal)
  }
}

/** Calls until it succeeds or fails for good. Only for what may happen twice. */
export async function retrying<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  const retries = new Retries(policy)
  for (;;) {
    try {
      return await call()
    } catch (error) {
      await retries.wait(error, signal)
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
