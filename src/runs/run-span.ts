import { context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api'
import { withSpan } from '../telemetry/tracing.ts'

/** The request's span, for the run that it starts. */
export function activeSpanContext(): SpanContext | undefined {
  const origin = trace.getActiveSpan()?.spanContext()
  return origin && trace.isSpanContextValid(origin) ? origin : undefined
}

/**
 * A run outlives the request that started it, so its span is a trace of its own, linked to the request's. A run
 * that was taken over has no link: what started it was elsewhere.
 */
export function withRunSpan<T>(
  runId: string,
  takeovers: number,
  origin: SpanContext | undefined,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const links = origin ? [{ context: origin }] : []
  const attributes = { 'groundwire.run.id': runId, 'groundwire.run.takeovers': takeovers }
  return context.with(ROOT_CONTEXT, () => withSpan('run', { links, attributes }, work))
}
