import { delay } from '../../lib/delay.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { type Address, createAddress, pickAddress } from './address.ts'
import { CircuitState, createCircuit } from './circuit.ts'
import { beginExchange, type Exchange } from './exchange.ts'
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

export interface Upstream {
  readonly subject: Subject
  readonly addresses: readonly Address[]
  /**
   * Tries `work` against one address after another until it resolves or no retry is left. What it resolves to
   * may still be streaming, so the exchange is still open: the caller ends it.
   */
  open<T>(
    signal: AbortSignal,
    work: (exchange: Exchange) => Promise<T>,
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

  return {
    subject,
    addresses,
    async open(signal, work) {
      const tried = new Set<Address>()
      for (let attempt = 0; ; attempt += 1) {
        signal.throwIfAborted()
        turn = (turn + 1) % addresses.length
        const address = pickAddress(addresses, tried, turn)
        let failure: unknown
        if (address === null) {
          // Worth an attempt's wait: a probe that is under way may bring the address back meanwhile.
          failure = unavailable(subject, 'has failed repeatedly', { detail: 'circuit open' })
        } else {
          tried.add(address)
          const exchange = beginExchange(address, attempt + 1, subject, metrics, signal)
          try {
            return { exchange, value: await work(exchange) }
          } catch (error) {
            failure = exchange.fail(error)
          }
        }
        if (!(failure instanceof UpstreamError)) throw failure

        const wait = retryDelay(limits, attempt, failure)
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
        // Another address has not been asked yet: waiting would help this one only.
        if (addresses.some((other) => !tried.has(other) && other.circuit.admits())) continue
        tried.clear()
        await delay(wait, signal).catch(() => signal.throwIfAborted())
      }
    },
  }
}
