import type { OpenAiEmbeddingConfig } from '../../config/embedding-config.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { createAdaptiveGate } from '../upstream/adaptive-gate.ts'
import { callJson } from '../upstream/call-json.ts'
import { defaultUpstreamLimits, type UpstreamLimits } from '../upstream/limits.ts'
import type { Subject } from '../upstream/subject.ts'
import { type CallPolicy, createUpstream } from '../upstream/upstream.ts'
import { type BatchLimits, defaultBatchLimits } from './batch-texts.ts'
import { batchedEmbeddings } from './batched-embeddings.ts'
import type { Embeddings } from './embeddings.ts'
import { inputPrefixes, spaceModel } from './input-prefix.ts'
import { readVectors } from './read-vectors.ts'

export interface EmbeddingLimits extends UpstreamLimits {
  /** Of one request for passages. @default 30000 */
  readonly requestMs: number
  /** Of one request for a question: half of its time, so that another address gets the other half. @default 5000 */
  readonly queryRequestMs: number
  /** Of all attempts at a question: somebody waits, and HYBRID has words to go on with. @default 10000 */
  readonly queryTotalMs: number
  /**
   * Requests for passages at a time, of all callers together, while the server bears it. A question does not queue
   * behind them. @default 4
   */
  readonly concurrency: number
  /**
   * Attempts after the first of a request for passages: nobody waits for them, and a document is many, all of which
   * must get through. With 30 % failing at random, one in 170,000 fails ten times. @default 9
   */
  readonly passageRetries: number
  /** The same for passages: providers' limits are by the minute. @default 60000 */
  readonly maxPassageRetryAfterMs: number
  /** How long passages wait for an open circuit: it opens three times before they give up. @default 30000 */
  readonly circuitPatienceMs: number
  readonly batch: BatchLimits
}

const defaultLimits: EmbeddingLimits = {
  ...defaultUpstreamLimits,
  // Batches come by the hundred, so that five in a row fail by chance.
  failuresToOpen: 8,
  requestMs: 30_000,
  queryRequestMs: 5_000,
  queryTotalMs: 10_000,
  concurrency: 4,
  passageRetries: 9,
  maxPassageRetryAfterMs: 60_000,
  circuitPatienceMs: 30_000,
  batch: defaultBatchLimits,
}

export interface OpenAiEmbeddingsDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<EmbeddingLimits>
  /** Prefix of the environment variables that configure it, for messages. @default EMBEDDING */
  readonly variables?: string
}

type Kind = 'query' | 'passage'

/**
 * A server that speaks OpenAI's embeddings. `dimensions` is sent only where the configuration says so: vLLM refuses
 * it for models that cannot shorten their vectors. The length of what comes back is checked either way.
 */
export function createOpenAiEmbeddings(
  config: OpenAiEmbeddingConfig,
  deps: OpenAiEmbeddingsDeps,
): Embeddings {
  const { model, dimensions, apiKey } = config
  const prefix = inputPrefixes(model, config.prefixes)
  const shortened = config.sendDimensions ? { dimensions } : {}
  const limits = { ...defaultLimits, ...deps.limits }
  const subject = {
    upstream: 'embeddings',
    name: 'embedding server',
    model,
    variables: config.variables,
  } as const
  const upstream = createUpstream({ ...deps, subject, limits, baseUrls: config.baseUrls })
  const kinds = {
    query: {
      timeLimitMs: limits.queryRequestMs,
      // A circuit that is open has told already that the server is away.
      policy: { totalMs: limits.queryTotalMs, circuitPatienceMs: 0 },
    },
    passage: { timeLimitMs: limits.requestMs, policy: passagePolicy(limits, deps.metrics, subject) },
  }

  const request = (input: readonly string[], kind: Kind, signal: AbortSignal): Promise<Float32Array[]> =>
    callJson(
      upstream,
      {
        operation: 'embeddings',
        path: '/embeddings',
        // A quarter of the bytes of decimal numbers, and no parsing.
        body: { model, input, encoding_format: 'base64', ...shortened },
        apiKey,
        ...kinds[kind],
        maxAnswerBytes: answerBytes(input.length, dimensions),
        attributes: {
          'gen_ai.embeddings.dimension.count': dimensions,
          'gen_ai.request.encoding_formats': ['base64'],
          'groundwire.embeddings.texts': input.length,
        },
        read(answer, span) {
          const vectors = readVectors(answer, input.length, dimensions, subject)
          const { usage } = answer as { usage?: { prompt_tokens?: unknown } }
          if (typeof usage?.prompt_tokens === 'number') {
            span.setAttribute('gen_ai.usage.input_tokens', usage.prompt_tokens)
          }
          return vectors
        },
      },
      signal,
    )

  const embedBatch = (texts: readonly string[], kind: Kind, signal: AbortSignal) =>
    request(
      texts.map((text) => prefix[kind] + text),
      kind,
      signal,
    )
  return { model: spaceModel(model, prefix.passage), dimensions, ...batchedEmbeddings(embedBatch, limits) }
}

/** Decimal numbers on lines of their own, indented, of a server that ignores encoding_format: twice over. */
function answerBytes(texts: number, dimensions: number): number {
  return 64 * 1024 + texts * (1024 + 64 * dimensions)
}

/** One gate for all documents of the process: what the server bears does not grow with their number. */
function passagePolicy(limits: EmbeddingLimits, metrics: Metrics, { upstream }: Subject): CallPolicy {
  const onChange = (allowed: number) => metrics.upstreamAllowed.set({ upstream }, allowed)
  onChange(limits.concurrency)
  const gate = createAdaptiveGate({
    ...limits,
    places: limits.concurrency,
    maxHoldMs: limits.maxPassageRetryAfterMs,
    onChange,
  })
  return {
    gate,
    retries: limits.passageRetries,
    maxRetryAfterMs: limits.maxPassageRetryAfterMs,
    circuitPatienceMs: limits.circuitPatienceMs,
  }
}
