import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DiscardedSpans extends AsyncDisposable {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT takes it. */
  readonly endpoint: string
  /** How many requests with spans came. */
  exports(): number
}

/** An OpenTelemetry collector that accepts everything and reads nothing of it. */
export async function discardSpans(): Promise<DiscardedSpans> {
  let exports = 0
  const server = createServer((request, response) => {
    exports += 1
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports: () => exports,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
