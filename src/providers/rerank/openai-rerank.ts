import type { RerankConfig } from '../../config.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { callJson } from '../upstream/call-json.ts'
import { defaultUpstreamLimits, type UpstreamLimits } from '../upstream/limits.ts'
import { createUpstream } from '../upstream/upstream.ts'
import { readRelevance } from './read-relevance.ts'
import type { Rerank } from './rerank.ts'

export interface RerankLimits extends UpstreamLimits {
  /** Of all attempts: somebody waits, and there is an order to go on with. @default 15000 */
  readonly totalMs: number
}

const defaultLimits: RerankLimits = { ...defaultUpstreamLimits, totalMs: 15_000 }

export interface OpenAiRerankDeps {
  readonly metrics: Metrics
  readonly logger: Logger
  readonly limits?: Partial<RerankLimits>
}

/** Cohere's rerank request, which vLLM, Jina and others answer below the base URL of their OpenAI API. */
export function createOpenAiRerank(
  config: Extract<RerankConfig, { kind: 'openai' }>,
  deps: OpenAiRerankDeps,
): Rerank {
  const { model, apiKey } = config
  const limits = { ...defaultLimits, ...deps.limits }
  const subject = { upstream: 'rerank', name: 'rerank server', model, variables: 'RERANK' } as const
  const upstream = createUpstream({ ...deps, subject, limits, baseUrls: [config.baseUrl] })

  return {
    model,
    async rerank(query, documents, signal) {
      if (documents.length === 0) return []
      const call = {
        operation: 'rerank',
        path: '/rerank',
        // Every document back: some servers default top_n to fewer.
        body: { model, query, documents, top_n: documents.length },
        apiKey,
        timeLimitMs: limits.totalMs,
        // A circuit that is open has told already that the server is away.
        policy: { totalMs: limits.totalMs, circuitPatienceMs: 0 },
        maxAnswerBytes: answerBytes(documents),
        attributes: { 'groundwire.rerank.documents': documents.length },
        read: (answer: unknown) => readRelevance(answer, documents.length, subject),
      }
      return callJson(upstream, call, signal)
    },
  }
}

/** Some servers send the documents back, at worst as six bytes for each character. */
function answerBytes(documents: readonly string[]): number {
  return documents.reduce((bytes, { length }) => bytes + 1024 + 6 * length, 64 * 1024)
}
