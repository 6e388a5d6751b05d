import { type Span, SpanKind } from '@opentelemetry/api'
import type { OpenAI } from 'openai'
import type { LlmConfig } from '../../config.ts'
import { BusyError } from '../../errors.ts'
import { closable } from '../../lib/closable.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { recordFailure, startSpan } from '../../telemetry/tracing.ts'
import type { Exchange } from '../upstream/exchange.ts'
import { exchangeAttributes } from '../upstream/exchange-attributes.ts'
import { defaultUpstreamLimits, type UpstreamLimits } from '../upstream/limits.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { type WatchOptions, watchAddresses } from '../upstream/watch-addresses.ts'
import { type AnswerPiece, streamAnswer, type TokenLimits } from './answer-stream.ts'
import { capturedMessages } from './captured-messages.ts'
import type { GenerationEvent, GenerationRequest, Llm } from './llm.ts'
import { createModelContexts } from './model-contexts.ts'
import { createClient, openCompletion } from './open-completion.ts'
import { requestBody } from './request-body.ts'

export type LlmLimits = UpstreamLimits &
  TokenLimits & {
    /** How long a generation waits for a place where every address is full. Milliseconds. @default 30000 */
    readonly placeMs: number
  }

const defaultLimits: LlmLimits = {
  ...defaultUpstreamLimits,
  firstTokenMs: 60_000,
  betweenTokensMs: 20_000,
  placeMs: 30_000,
}

/** Of one address; more than any server works on at once, and what 250 MB of this process's memory hold. */
const defaultMaxConcurrency = 4_096

export interface OpenAiLlmDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<LlmLimits>
  /** Whether spans hold questions, passages and answers. @default false */
  readonly captureContent?: boolean
}

export interface OpenAiLlm extends Llm {
  /**
   * @throws BusyError where no address has room for another generation beside `pending` that are accepted. Not where
   * none can be reached: a generation says why.
   */
  readonly requireRoom: (pending: number) => void
  readonly contextTokens: (model: string) => number | null
  /** Follows the health and the queues of the addresses until it is disposed of; with it ends what else is read of them. */
  watch(options?: Pick<WatchOptions, 'everyMs' | 'silentEveryMs'>): AsyncDisposable
}

/** A server that speaks OpenAI's streaming chat completions: vLLM first, any other that does. */
export function createOpenAiLlm(
  config: Extract<LlmConfig, { kind: 'openai' }>,
  deps: OpenAiLlmDeps,
): OpenAiLlm {
  const { model } = config
  const { metrics, captureContent = false } = deps
  const limits = { ...defaultLimits, ...deps.limits }
  const subject = { upstream: 'llm', name: 'LLM', model, variables: 'LLM' } as const
  const { baseUrls, maxConcurrency = defaultMaxConcurrency } = config
  const occupancy = { maxInFlight: maxConcurrency, patienceMs: limits.placeMs }
  const upstream = createUpstream({ ...deps, subject, limits, occupancy, baseUrls })
  const clients = new Map(
    upstream.addresses.map(({ baseUrl }) => [baseUrl, createClient(baseUrl, config.apiKey)] as const),
  )

  const contexts = createModelContexts({
    baseUrls: upstream.addresses.map(({ baseUrl }) => baseUrl),
    apiKey: config.apiKey,
  })

  /** Resolves with the first piece: until then nothing has been delivered, so a retry repeats nothing. */
  async function openAnswer(exchange: Exchange, request: GenerationRequest, span: Span) {
    span.setAttributes(exchangeAttributes(exchange))
    const client = clients.get(exchange.address.baseUrl) as OpenAI
    const open = (attempt: AbortSignal) =>
      openCompletion(client, requestBody(model, request), subject, attempt)
    const pieces = streamAnswer(open, exchange, subject, limits)
    return { pieces, first: await pieces.next() }
  }

  function requireRoom(pending: number): void {
    const seconds = upstream.retryAfterSeconds(pending)
    if (seconds === null) return
    metrics.upstreamRefusals.inc({ upstream: subject.upstream })
    throw new BusyError('The language model has as much to do as it takes. Ask again later.', seconds)
  }

  async function* run(
    request: GenerationRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent, void, void> {
    const model = request.model ?? config.model
    const span = startSpan(`chat ${model}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
        ...(request.maxTokens === undefined ? {} : { 'gen_ai.request.max_tokens': request.maxTokens }),
        ...(request.temperature === undefined ? {} : { 'gen_ai.request.temperature': request.temperature }),
      },
    })
    if (captureContent) span.setAttribute('gen_ai.input.messages', capturedMessages(request.messages))
    const betweenTokens = metrics.timeBetweenTokens.labels({ model })
    let arrivedAt = performance.now()
    let deltas = 0
    let captured = ''
    let exchange: Exchange | undefined

    /** Counts a piece when it arrives, and turns it into the event. */
    const observe = (piece: AnswerPiece): GenerationEvent => {
      if (piece.type === 'delta') {
        const now = performance.now()
        // The first one counts from the call, failed attempts included: that is what its reader waits for.
        const histogram = deltas === 0 ? metrics.timeToFirstToken.labels({ model }) : betweenTokens
        histogram.observe((now - arrivedAt) / 1_000)
        arrivedAt = now
        deltas += 1
        if (captureContent) captured += piece.text
        return piece
      }
      const { finishReason, usage } = piece
      exchange?.succeed()
      span.setAttributes({
        'gen_ai.response.model': piece.model ?? model,
        'gen_ai.response.finish_reasons': [finishReason.toLowerCase()],
      })
      if (captureContent) {
        const answer = [{ role: 'assistant', content: captured }] as const
        span.setAttribute('gen_ai.output.messages', capturedMessages(answer, finishReason.toLowerCase()))
      }
      if (usage) {
        metrics.tokens.inc({ model, direction: 'prompt' }, usage.promptTokens)
        metrics.tokens.inc({ model, direction: 'completion' }, usage.completionTokens)
        span.setAttributes({
          'gen_ai.usage.input_tokens': usage.promptTokens,
          'gen_ai.usage.output_tokens': usage.completionTokens,
        })
      }
      return { type: 'end', finishReason, usage }
    }

    try {
      const { affinity } = request
      const opened = await upstream.open(signal, (attempt) => openAnswer(attempt, request, span), {
        affinity,
      })
      exchange = opened.exchange
      const { pieces, first } = opened.value
      for (let next = first; !next.done; next = await pieces.next()) yield observe(next.value)
    } catch (error) {
      const failure = exchange?.fail(error) ?? error
      recordFailure(span, failure)
      throw failure
    } finally {
      // Reached by a consumer that left, too: disposing the exchange's deadline closes the request.
      exchange?.abandon()
      span.end()
    }
  }

  return {
    model,
    generate: (request, signal) => closable(signal, (both) => run(request, both)),
    contextTokens: contexts.of,
    requireRoom,
    watch(options) {
      const watching = new AsyncDisposableStack()
      watching.use(contexts)
      watching.use(watchAddresses(upstream, { ...deps, ...options }))
      return watching
    },
  }
}
