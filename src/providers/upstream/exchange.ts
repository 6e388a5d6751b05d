import { createDeadline, type Deadline } from '../../lib/deadline.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Address } from './address.ts'
import { classifyError } from './classify-error.ts'
import type { Subject } from './subject.ts'
import { timedOut, UpstreamError } from './upstream-error.ts'

/**
 * One request to one address, until its end: what it counts against, how long it took, the signal it runs under.
 * It ends once; what comes after that changes nothing.
 */
export interface Exchange {
  readonly address: Address
  /** 1 for the first. */
  readonly attempt: number
  readonly deadline: Deadline
  /** The address works, though the answer is not whole yet. */
  answered(): void
  succeed(): void
  /** Returns what to throw: the signal's reason for an abort of the caller, else the classified error. */
  fail(error: unknown): unknown
  /** The caller left: closes the request. */
  abandon(): void
}

export interface ExchangeContext {
  readonly subject: Subject
  readonly metrics: Metrics
  /** Called once, when the place at the address is free again. */
  readonly onEnd: (outcome: string, ms: number) => void
}

/** `address` counts it already: admit() took the place. */
export function beginExchange(
  address: Address,
  attempt: number,
  { subject, metrics, onEnd }: ExchangeContext,
  signal: AbortSignal,
): Exchange {
  const deadline = createDeadline(signal)
  const passage = address.circuit.enter()
  const started = performance.now()
  let ended = false

  const end = (outcome: string, verdict: () => void) => {
    if (ended) return
    ended = true
    address.inFlight -= 1
    verdict()
    deadline[Symbol.dispose]()
    const ms = performance.now() - started
    metrics.upstreamDuration.observe({ upstream: subject.upstream, outcome }, ms / 1_000)
    onEnd(outcome, ms)
  }

  return {
    address,
    attempt,
    deadline,
    answered: () => passage.answered(),
    succeed: () => end('ok', () => passage.succeed()),
    abandon: () => end('aborted', () => passage.leave()),
    fail(error) {
      if (signal.aborted) {
        end('aborted', () => passage.leave())
        return signal.reason
      }
      const failure =
        deadline.expired && !(error instanceof UpstreamError)
          ? timedOut(subject)
          : classifyError(error, subject)
      const { upstream } = subject
      metrics.upstreamFaults.inc({ upstream, fault: failure.fault })
      end(failure.failure.code.toLowerCase(), () =>
        failure.blamesAddress ? passage.fail() : passage.succeed(),
      )
      return failure
    },
  }
}
