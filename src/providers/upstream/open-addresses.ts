import { type Address, createAddress } from './address.ts'
import { CircuitState, createCircuit } from './circuit.ts'
import type { UpstreamOptions } from './upstream.ts'

/** An address for each base URL, its circuit seen in metrics and log. */
export function openAddresses({
  subject: { upstream },
  baseUrls,
  limits,
  metrics,
  logger,
}: UpstreamOptions): readonly Address[] {
  return baseUrls.map((baseUrl) =>
    createAddress(baseUrl, ({ label }) => {
      const gauge = { upstream, base_url: label }
      metrics.upstreamState.set(gauge, CircuitState.Closed)
      const onChange = (state: CircuitState) => {
        metrics.upstreamState.set(gauge, state)
        if (state === CircuitState.Open) logger.warn({ upstream, address: label }, 'circuit open')
        if (state === CircuitState.Closed) logger.info({ upstream, address: label }, 'circuit closed')
      }
      return createCircuit({ ...limits, onChange })
    }),
  )
}
