import { setTimeout as sleep } from 'node:timers/promises'

/** How long a stop may wait for a collector that does not answer. */
const flushMs = 2_000

/**
 * Exports spans over OTLP/HTTP; address, headers and sampling come from OpenTelemetry's own variables. The SDK
 * is imported here and not above: without tracing a process pays neither its memory nor its start time.
 * Disposing flushes what is left, within 2 s.
 */
export async function startTracing(tracing: { readonly export: boolean }): Promise<AsyncDisposable | null> {
  if (!tracing.export) return null
  const [{ NodeSDK, resources }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const sdk = new NodeSDK({
    // A resource and not serviceName, which would override OTEL_SERVICE_NAME.
    resource: resources.resourceFromAttributes({ 'service.name': 'groundwire' }),
    traceExporter: new OTLPTraceExporter(),
    // Where these are left out, the SDK exports logs and metrics to the same address.
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  return {
    async [Symbol.asyncDispose]() {
      const settled = new AbortController()
      // A collector that has gone must not fail the stop: its spans are lost either way.
      const flushed = sdk.shutdown().catch(() => undefined)
      await Promise.race([
        flushed,
        sleep(flushMs, undefined, { signal: settled.signal, ref: false }).catch(() => undefined),
      ])
      settled.abort()
    },
  }
}
