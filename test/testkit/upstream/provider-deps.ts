import type { OpenAiEmbeddingConfig } from '../../../src/config/embedding-config.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics.ts'

/** Retries that do not make a test wait. */
export const quickRetries = { retries: 3, backoffMs: 1, maxBackoffMs: 2 } as const

/** What a provider needs beside its configuration: series of its own, and a silent logger. */
export function providerDeps() {
  return { metrics: createMetrics(), logger: createLogger('silent') }
}

/** A series' value for exactly these labels; of a histogram, how often it was observed. Null where it has none. */
export async function seriesValue(
  metrics: Metrics,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number | null> {
  const series = await metrics.registry.getSingleMetric(name)?.get()
  const histogram = series?.type.toString() === 'histogram'
  const value = series?.values.find((sample) => {
    const sampled: Readonly<Record<string, unknown>> = sample.labels
    const named = 'metricName' in sample ? String(sample.metricName) : name
    if (histogram && !named.endsWith('_count')) return false
    return Object.entries(labels).every(([label, wanted]) => sampled[label] === wanted)
  })
  return value?.value ?? null
}

/** An embedding model at the address, as the configuration would give it. */
export function openAiConfig(
  baseUrl: string,
  given: Partial<OpenAiEmbeddingConfig> = {},
): OpenAiEmbeddingConfig {
  return {
    kind: 'openai',
    variables: 'EMBEDDING',
    baseUrls: [baseUrl],
    model: 'm',
    apiKey: null,
    dimensions: 64,
    sendDimensions: false,
    prefixes: { query: null, passage: null },
    ...given,
  }
}
