import type { Attributes } from '@opentelemetry/api'
import type { Exchange } from './exchange.ts'

/** Where a span's request went; set again by each attempt, so that the last one stays. */
export function exchangeAttributes({ address, attempt }: Exchange): Attributes {
  return { 'server.address': address.host, 'server.port': address.port, 'groundwire.attempts': attempt }
}
