import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'

const tracer = trace.getTracer('groundwire')

export interface SpanOptions {
  readonly kind?: SpanKind
  readonly attributes?: Attributes
  readonly links?: Link[]
}

/**
 * Runs `work` inside a span that ends when it settles. Attributes name things and count them; they
 * never hold document text, a question or a vector. An abort is an outcome, not an error.
 */
export function withSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const unsampled = unsampledSpan()
  if (unsampled) return work(unsampled)
  return tracer.startActiveSpan(name, { kind: SpanKind.INTERNAL, ...options }, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      recordFailure(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

/**
 * The active span where its trace is not kept. What is below it is not kept either: every sampler of OpenTelemetry's
 * variables decides for a trace. Making spans only to drop them cost a tenth of a retrieval. One that came with a
 * request says nothing about ours.
 */
function unsampledSpan(): Span | null {
  const active = trace.getActiveSpan()
  if (!active) return null
  const { traceFlags, isRemote } = active.spanContext()
  return isRemote || (traceFlags & TraceFlags.SAMPLED) !== 0 ? null : active
}

/** Marks the span failed with the error's class; its message could quote a document. */
export function recordFailure(span: Span, error: unknown): void {
  if (error instanceof Error && error.name === 'AbortError') {
    span.setAttribute('groundwire.aborted', true)
    return
  }
  const type = error instanceof Error ? error.name : typeof error
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR, message: type })
}

export function activeTraceId(): string | null {
  const active = trace.getActiveSpan()?.spanContext()
  return active && trace.isSpanContextValid(active) ? active.traceId : null
}

/** A span that a caller ends itself, for generators, whose work has no single promise. */
export function startSpan(name: string, options: SpanOptions = {}, parent?: Context): Span {
  return tracer.startSpan(name, { kind: SpanKind.INTERNAL, ...options }, parent)
}

/** The active span as a W3C traceparent header, for work that goes on elsewhere. */
export function activeTraceparent(): string | null {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent ?? null
}

/** A link to the span that queued the work. */
export function linkTo(traceparent: string | null | undefined): Link[] {
  if (!traceparent) return []
  const origin = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }))
  return origin ? [{ context: origin }] : []
}
