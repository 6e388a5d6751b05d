import { FailureCode, FailureError } from '../../failure.ts'
import { UpstreamFault } from './faults.ts'
import type { Subject } from './subject.ts'

export interface UpstreamErrorOptions {
  readonly retryable: boolean
  /** What happened, for the log: a status, an error code. Never the body, which can quote documents or keys. */
  readonly detail: string
  /** @default malformed */
  readonly fault?: UpstreamFault
  /** Whether another address can answer what this one refused. @default as `retryable` */
  readonly elsewhere?: boolean
  /** Whether the address is to blame, so that its circuit counts it. A refused key is no reason to avoid it. */
  readonly blamesAddress: boolean
  /** What Retry-After asked for. */
  readonly retryAfterMs?: number | null
  /** Whether it asks for fewer requests. @default true where there is a Retry-After */
  readonly overloaded?: boolean
}

/** Has no `cause`: the SDK's errors carry the upstream's body and headers, and loggers print causes. */
export class UpstreamError extends FailureError {
  readonly detail: string
  readonly fault: UpstreamFault
  readonly elsewhere: boolean
  readonly blamesAddress: boolean
  readonly retryAfterMs: number | null
  readonly overloaded: boolean

  constructor(code: FailureCode, message: string, options: UpstreamErrorOptions) {
    super(code, message, { retryable: options.retryable })
    this.name = 'UpstreamError'
    this.detail = options.detail
    this.fault = options.fault ?? UpstreamFault.Malformed
    this.elsewhere = options.elsewhere ?? options.retryable
    this.blamesAddress = options.blamesAddress
    this.retryAfterMs = options.retryAfterMs ?? null
    this.overloaded = options.overloaded ?? this.retryAfterMs !== null
  }
}

/** The upstream could not answer now; the same call can succeed later. */
export function unavailable(
  subject: Subject,
  problem: string,
  options: Omit<UpstreamErrorOptions, 'retryable' | 'blamesAddress'> & { blamesAddress?: boolean },
): UpstreamError {
  return new UpstreamError(FailureCode.UpstreamUnavailable, `The ${subject.name} ${problem}.`, {
    blamesAddress: true,
    ...options,
    retryable: true,
  })
}

/** The upstream answered, and asking again would bring the same answer. */
export function rejected(
  subject: Subject,
  problem: string,
  detail: string,
  options: Pick<UpstreamErrorOptions, 'fault' | 'elsewhere'> = {},
): UpstreamError {
  return new UpstreamError(FailureCode.UpstreamRejected, `The ${subject.name} ${problem}.`, {
    retryable: false,
    blamesAddress: false,
    detail,
    ...options,
  })
}

export function timedOut(
  subject: Subject,
  problem = 'did not answer in time',
  fault: UpstreamFault = UpstreamFault.Timeout,
): UpstreamError {
  return new UpstreamError(FailureCode.Timeout, `The ${subject.name} ${problem}.`, {
    retryable: true,
    blamesAddress: true,
    detail: 'time limit',
    fault,
  })
}
