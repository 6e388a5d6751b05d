/** How patient the calls to an upstream are. Milliseconds. */
export interface UpstreamLimits {
  /** Attempts after the first. @default 3 */
  readonly retries: number
  /** Wait before the first retry; doubles with each, with jitter. @default 250 */
  readonly backoffMs: number
  /** @default 8000 */
  readonly maxBackoffMs: number
  /** A longer Retry-After is not waited for: the call fails, retryable. @default 30000 */
  readonly maxRetryAfterMs: number
  /** Failures in a row that open an address's circuit. @default 5 */
  readonly failuresToOpen: number
  /** How long the circuit stays open before one request probes; doubles with each failed probe. @default 5000 */
  readonly openMs: number
  /** @default 60000 */
  readonly maxOpenMs: number
}

export const defaultUpstreamLimits: UpstreamLimits = {
  retries: 3,
  backoffMs: 250,
  maxBackoffMs: 8_000,
  maxRetryAfterMs: 30_000,
  failuresToOpen: 5,
  openMs: 5_000,
  maxOpenMs: 60_000,
}
