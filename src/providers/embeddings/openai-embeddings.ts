import type { EmbeddingConfig } from '../../config.ts'
import { createSemaphore } from '../../lib/semaphore.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { callJson } from '../upstream/call-json.ts'
import { defaultUpstreamLimits, type UpstreamLimits } from '../upstream/limits.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { type BatchLimits, batchTexts, defaultBatchLimits } from './batch-texts.ts'
import type { Embeddings } from './embeddings.ts'
import { inputPrefix } from './input-prefix.ts'
import { readVectors } from './read-vectors.ts'

export interface EmbeddingLimits extends UpstreamLimits {
  /** Of one request. @default 30000 */
  readonly requestMs: number
  /** Requests for passages at a time. A question does not queue behind them. @default 4 */
  readonly concurrency: number
  readonly batch: BatchLimits
}

const defaultLimits: EmbeddingLimits = {
  ...defaultUpstreamLimits,
  requestMs: 30_000,
  concurrency: 4,
  batch: defaultBatchLimits,
}

export interface OpenAiEmbeddingsDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<EmbeddingLimits>
}

/**
 * A server that speaks OpenAI's embeddings. `dimensions` is not sent: vLLM refuses it for models that cannot
 * shorten their vectors, and where it was meant to shorten, the length check says so.
 */
export function createOpenAiEmbeddings(
  config: Extract<EmbeddingConfig, { kind: 'openai' }>,
  deps: OpenAiEmbeddingsDeps,
): Embeddings {
  const { model, dimensions, apiKey } = config
  const limits = { ...defaultLimits, ...deps.limits }
  const subject = { upstream: 'embeddings', name: 'embedding server', model, variables: 'EMBEDDING' } as const
  const upstream = createUpstream({ ...deps, subject, limits, baseUrls: [config.baseUrl] })
  const passages = createSemaphore(limits.concurrency)

  const embedBatch = (input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> =>
    callJson(
      upstream,
      {
        operation: 'embeddings',
        path: '/embeddings',
        // A quarter of the bytes of decimal numbers, and no parsing.
        body: { model, input, encoding_format: 'base64' },
        apiKey,
        timeLimitMs: limits.requestMs,
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

  return {
    model,
    dimensions,
    async embed(texts, kind, signal) {
      const prefix = inputPrefix(model, kind)
      const inputs = prefix === '' ? texts : texts.map((text) => prefix + text)
      const failed = new AbortController()
      const both = AbortSignal.any([signal, failed.signal])
      const batches = batchTexts(inputs, limits.batch).map(async (batch) => {
        try {
          const run = () => embedBatch(batch, both)
          return kind === 'query' ? await run() : await passages.run(both, run)
        } catch (error) {
          // The first failure ends the others, and is what they reject with.
          failed.abort(error)
          throw error
        }
      })
      // All of them, so that no request outlives the call.
      const results = await Promise.allSettled(batches)
      return results.flatMap((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      })
    },
  }
}
