import { context, trace } from '@opentelemetry/api'
import { tracing } from '@opentelemetry/sdk-node'

/** Collects the process's spans from here on: one per test file, because the provider is global. */
export function recordSpans() {
  const exporter = new tracing.InMemorySpanExporter()
  const provider = new tracing.BasicTracerProvider({
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  })
  trace.setGlobalTracerProvider(provider)
  return {
    /** Those that have ended, in that order. */
    finished: () => exporter.getFinishedSpans(),
    clear: () => exporter.reset(),
    async [Symbol.asyncDispose]() {
      trace.disable()
      context.disable()
      await provider.shutdown()
    },
  }
}
