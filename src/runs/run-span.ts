import { context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api'
import { withSpan } from '../telemetry/tracing.ts'

/** The request's span, for the run that it starts. */
export function activeSpanContext(): SpanContext | undefined {
  const origin = trace.getActiveSpan()?.spanContext()
  return origin && trace.isSpanContextValid(origin) ? origin : undefined
}

/**
 * In the trace of the request that started it, which Run.traceId names, and which the run outlives. A run that
 * was taken over is in a trace of its own: what started it was elsewhere.
 */
export function withRunSpan<T>(
  runId: string,
  takeovers: number,
  origin: SpanContext | undefined,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = origin ? trace.setSpanContext(ROOT_CONTEXT, origin) : ROOT_CONTEXT
  const attributes = { 'groundwire.run.id': runId, 'groundwire.run.takeovers': takeovers }
  return context.with(parent, () => withSpan('run', { attributes }, work))
}
