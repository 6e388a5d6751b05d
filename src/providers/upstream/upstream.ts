import { delay } from '../../lib/delay.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { GateVerdict } from './adaptive-gate.ts'
import { type Address, createAddress } from './address.ts'
import { type AdmissionPolicy, admit } from './admission.ts'
import { CircuitState, createCircuit } from './circuit.ts'
import { beginExchange, type Exchange } from './exchange.ts'
import { UpstreamFault } from './faults.ts'
import type { UpstreamLimits } from './limits.ts'
import { retryDelay } from './retry.ts'
import type { Subject } from './subject.ts'
import { UpstreamError, unavailable } from './upstream-error.ts'

export interface UpstreamOptions {
  readonly subject: Subject
  readonly baseUrls: readonly string[]
  readonly limits: UpstreamLimits
  readonly metrics: Metrics
  readonly logger: Logger
}

/** What sets a call apart from others of its upstream. */
export interface CallPolicy extends AdmissionPolicy {
  /** Attempts after the first. @default the upstream's */
  readonly retries?: number
  /** @default the upstream's */
  readonly maxRetryAfterMs?: number
  /** For all attempts together, with the waits between them: somebody waits for the answer. @default no limit */
  readonly totalMs?: number
}

export interface Upstream {
  readonly subject: Subject
  readonly addresses: readonly Address[]
  /**
   * Tries `work` against one address after another until it resolves or no retry is left. What it resolves to
   * may still be streaming, so the exchange is still open: the caller ends it. `leftMs` is what the policy leaves of
   * its time, for `work` to keep to.
   */
  open<T>(
    signal: AbortSignal,
    work: (exchange: Exchange, leftMs: number) => Promise<T>,
    policy?: CallPolicy,
  ): Promise<{ readonly exchange: Exchange; readonly value: T }>
}

export function createUpstream({ subject, baseUrls, limits, metrics, logger }: UpstreamOptions): Upstream {
  const addresses = baseUrls.map((baseUrl) =>
    createAddress(baseUrl, ({ label }) => {
      const gauge = { upstream: subject.upstream, base_url: label }
      metrics.upstreamState.set(gauge, CircuitState.Closed)
      const onChange = (state: CircuitState) => {
        metrics.upstreamState.set(gauge, state)
        if (state === CircuitState.Open)
          logger.warn({ upstream: subject.upstream, address: label }, 'circuit open')
        if (state === CircuitState.Closed)
          logger.info({ upstream: subject.upstream, address: label }, 'circuit closed')
      }
      return createCircuit({ ...limits, onChange })
    }),
  )
  let turn = 0
  const nextTurn = () => {
    turn = (turn + 1) % addresses.length
    return turn
  }

  return {
    subject,
    addresses,
    async open(signal, work, policy = {}) {
      const tried = new Set<Address>()
      const patience = { ...limits, ...policy }
      const until = performance.now() + (policy.totalMs ?? Number.POSITIVE_INFINITY)
      for (let attempt = 0; ; attempt += 1) {
        signal.throwIfAborted()
        const admission = await admit(
          { addresses, tried, nextTurn, pollMs: limits.backoffMs },
          policy,
          signal,
        )
        const address = admission?.address
        let failure: unknown
        if (admission === null) {
          failure = unavailable(subject, 'has failed repeatedly', {
            detail: 'circuit open',
            fault: UpstreamFault.CircuitOpen,
          })
          metrics.upstreamFaults.inc({ upstream: subject.upstream, fault: UpstreamFault.CircuitOpen })
        } else {
          tried.add(admission.address)
          const exchange = beginExchange(admission.address, attempt + 1, subject, metrics, signal)
          try {
            const value = await work(exchange, until - performance.now())
            admission.place?.leave({ kind: 'ok' })
            return { exchange, value }
          } catch (error) {
            failure = exchange.fail(error)
            admission.place?.leave(verdictOf(failure))
          }
        }
        if (!(failure instanceof UpstreamError)) throw failure

        // Another address has not been asked yet: to wait would help this one only.
        const another =
          failure.failure.retryable &&
          attempt < patience.retries &&
          addresses.some((other) => !tried.has(other) && other.circuit.admits())
        // Who has waited for a circuit gives up. Without patience it is worth an attempt's wait: a probe that is
        // under way may bring the address back meanwhile.
        const gaveUp = admission === null && policy.circuitPatienceMs !== undefined
        const backoff = another ? 0 : gaveUp ? null : retryDelay(patience, attempt, failure)
        const wait = backoff !== null && performance.now() + backoff < until ? backoff : null
        const { code } = failure.failure
        const fields = {
          upstream: subject.upstream,
          address: address?.label,
          attempt,
          code,
          detail: failure.detail,
        }
        logger.warn({ ...fields, retry: wait !== null }, 'upstream request failed')
        if (wait === null) throw failure
        if (another) continue
        tried.clear()
        await delay(wait, signal).catch(() => signal.throwIfAborted())
      }
    },
  }
}

function verdictOf(failure: unknown): GateVerdict {
  if (!(failure instanceof UpstreamError) || !failure.overloaded) return { kind: 'failed' }
  return { kind: 'overloaded', retryAfterMs: failure.retryAfterMs }
}
