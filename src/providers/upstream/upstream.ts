import { delay } from '../../lib/delay.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { GateVerdict } from './adaptive-gate.ts'
import type { Address } from './address.ts'
import { isFull } from './address-load.ts'
import { type Admission, type AdmissionPolicy, admit, type Occupancy } from './admission.ts'
import { beginExchange, type Exchange } from './exchange.ts'
import { UpstreamFault } from './faults.ts'
import type { UpstreamLimits } from './limits.ts'
import { openAddresses } from './open-addresses.ts'
import { retryDelay } from './retry.ts'
import { createSaturation } from './saturation.ts'
import type { Subject } from './subject.ts'
import { UpstreamError, unavailable } from './upstream-error.ts'
import { createWaitingLine } from './waiting-line.ts'

export interface UpstreamOptions {
  readonly subject: Subject
  readonly baseUrls: readonly string[]
  readonly limits: UpstreamLimits
  /** @default no address is ever full */
  readonly occupancy?: Occupancy
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
  /**
   * Where no address has room for another call beside `pending` that will be made: after how many seconds one is likely
   * to. Null where there is room, and where no address can be asked at all: a call says why.
   */
  retryAfterSeconds(pending: number): number | null
  /** An address may have room again. */
  changed(): void
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { subject, limits, occupancy, metrics, logger } = options
  const { upstream } = subject
  const addresses = openAddresses(options)
  const line = createWaitingLine()
  const saturation = createSaturation(addresses, occupancy)
  let turn = 0
  const nextTurn = () => {
    turn = (turn + 1) % addresses.length
    return turn
  }

  const count = ({ label, inFlight }: Address) => {
    if (occupancy) metrics.upstreamInFlight.set({ upstream, base_url: label }, inFlight)
  }
  const begin = (address: Address, attempt: number, signal: AbortSignal) => {
    count(address)
    const onEnd = (outcome: string, ms: number) => {
      count(address)
      if (outcome === 'ok') saturation.took(ms)
      line.tell()
    }
    return beginExchange(address, attempt, { subject, metrics, onEnd }, signal)
  }
  /** Nothing was asked. */
  const refused = (reason: Exclude<Admission | 'shut' | 'full', Admission>) => {
    const fault = reason === 'full' ? UpstreamFault.Full : UpstreamFault.CircuitOpen
    metrics.upstreamFaults.inc({ upstream, fault })
    return reason === 'full'
      ? unavailable(subject, 'has more to do than it takes, and no place became free in time', {
          detail: 'full',
          blamesAddress: false,
          fault,
        })
      : unavailable(subject, 'has failed repeatedly', { detail: 'circuit open', fault })
  }
  /** Leaves the address alone for as long as it asks. */
  const pause = (address: Address, failure: unknown) => {
    if (!occupancy || !(failure instanceof UpstreamError) || failure.retryAfterMs === null) return
    address.pausedUntil = performance.now() + Math.min(failure.retryAfterMs, limits.maxRetryAfterMs)
  }

  return {
    subject,
    addresses,
    retryAfterSeconds: saturation.retryAfterSeconds,
    changed: line.tell,
    async open(signal, work, policy = {}) {
      const tried = new Set<Address>()
      const patience = { ...limits, ...policy }
      const until = performance.now() + (policy.totalMs ?? Number.POSITIVE_INFINITY)
      const usable = (address: Address) =>
        !tried.has(address) &&
        address.circuit.admits() &&
        !isFull(address, occupancy?.maxInFlight ?? Number.POSITIVE_INFINITY, performance.now())
      for (let attempt = 0; ; attempt += 1) {
        signal.throwIfAborted()
        const context = { addresses, tried, nextTurn, pollMs: limits.backoffMs, occupancy, line }
        const admission = await admit(context, policy, signal)
        let address: Address | undefined
        let failure: unknown
        if (typeof admission === 'string') {
          failure = refused(admission)
        } else {
          address = admission.address
          tried.add(address)
          const exchange = begin(address, attempt + 1, signal)
          try {
            const value = await work(exchange, until - performance.now())
            admission.place?.leave({ kind: 'ok' })
            return { exchange, value }
          } catch (error) {
            failure = exchange.fail(error)
            admission.place?.leave(verdictOf(failure))
            pause(address, failure)
          }
        }
        if (!(failure instanceof UpstreamError)) throw failure

        // Another address has not been asked yet: to wait would help this one only.
        const another = failure.elsewhere && attempt < patience.retries && addresses.some(usable)
        // Who has waited for a place or a circuit gives up. Without patience a circuit is worth an attempt's wait: a
        // probe that is under way may bring the address back meanwhile.
        const gaveUp =
          admission === 'full' || (admission === 'shut' && policy.circuitPatienceMs !== undefined)
        const backoff = another ? 0 : gaveUp ? null : retryDelay(patience, attempt, failure)
        const wait = backoff !== null && performance.now() + backoff < until ? backoff : null
        const { code } = failure.failure
        const fields = { upstream, address: address?.label, attempt, code, detail: failure.detail }
        logger.warn({ ...fields, retry: wait !== null }, 'upstream request failed')
        if (wait === null) throw failure
        if (another) {
          metrics.upstreamFailovers.inc({ upstream })
          continue
        }
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
