import { type Attributes, type Span, SpanKind } from '@opentelemetry/api'
import { withSpan } from '../../telemetry/tracing.ts'
import type { Exchange } from './exchange.ts'
import { exchangeAttributes } from './exchange-attributes.ts'
import { postJson } from './post-json.ts'
import type { CallPolicy, Upstream } from './upstream.ts'

export interface JsonCall<T> {
  /** gen_ai.operation.name, and the first word of the span's name. */
  readonly operation: string
  /** Below the base URL, with its slash. */
  readonly path: string
  readonly body: unknown
  readonly apiKey: string | null
  /** Of one attempt. */
  readonly timeLimitMs: number
  /** A longer answer is none: one that does not end would fill the memory, and reading it holds up everybody. */
  readonly maxAnswerBytes: number
  readonly attributes: Attributes
  /** How patient the call is. @default as the upstream */
  readonly policy?: CallPolicy
  /** Checks the answer. @throws UpstreamError where it is not what was asked for. */
  readonly read: (answer: unknown, span: Span) => T
}

/** One call with its span: question in, checked answer out, retries between. */
export function callJson<T>(upstream: Upstream, call: JsonCall<T>, signal: AbortSignal): Promise<T> {
  const { subject } = upstream
  const attributes = {
    'gen_ai.operation.name': call.operation,
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': subject.model,
    ...call.attributes,
  }
  return withSpan(
    `${call.operation} ${subject.model}`,
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      const work = async (attempt: Exchange, leftMs: number) => {
        const { address, deadline } = attempt
        span.setAttributes(exchangeAttributes(attempt))
        deadline.start(Math.max(1, Math.min(call.timeLimitMs, leftMs)))
        const { apiKey, body, maxAnswerBytes } = call
        const answer = await postJson(`${address.baseUrl}${call.path}`, body, {
          apiKey,
          maxAnswerBytes,
          subject,
          signal: deadline.signal,
        })
        return call.read(answer, span)
      }
      const { exchange, value } = await upstream.open(signal, work, call.policy)
      exchange.succeed()
      return value
    },
  )
}
