import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const fast = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const slow = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** A process's series. One per app, so that tests can boot several in one process. */
export type Metrics = ReturnType<typeof createMetrics>

/** Seconds and bytes. Every label is bounded: names come from the schema, the queues or the configuration. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'groundwire_' })
  const registers = [registry]
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram<L>({ name, help, labelNames, buckets, registers })
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge<L>({ name, help, labelNames, registers })

  return {
    registry,
    operationDuration: histogram(
      'groundwire_operation_duration_seconds',
      'GraphQL operations by type, root field and outcome; for subscriptions, until the stream was set up.',
      ['operation_type', 'operation', 'outcome'],
      fast,
    ),
    resolverDuration: histogram(
      'groundwire_resolver_duration_seconds',
      'Resolvers that do work.',
      ['field', 'outcome'],
      fast,
    ),
    retrievalDuration: histogram(
      'groundwire_retrieval_duration_seconds',
      'Stages of a retrieval.',
      ['stage'],
      fast,
    ),
    retrievalFallbacks: counter(
      'groundwire_retrieval_fallbacks_total',
      'Retrievals that went on without a model that failed: embed_query by words alone, rerank in the fused order.',
      ['stage'],
    ),
    timeToFirstToken: histogram(
      'groundwire_time_to_first_token_seconds',
      'From the request to the LLM until its first token.',
      ['model'],
      slow,
    ),
    timeBetweenTokens: histogram(
      'groundwire_time_between_tokens_seconds',
      'Between two chunks of the LLM stream.',
      ['model'],
      fast,
    ),
    tokens: counter('groundwire_tokens_total', 'Tokens by direction: prompt or completion.', [
      'model',
      'direction',
    ]),
    citationsRemoved: counter(
      'groundwire_citations_removed_total',
      'Markers that named no passage and were taken out of an answer.',
      [],
    ),
    linksRemoved: counter(
      'groundwire_links_removed_total',
      'Links that stood in no passage and were taken out of an answer.',
      [],
    ),
    activeStreams: gauge('groundwire_active_streams', 'Subscriptions being delivered.', ['transport']),
    openSockets: gauge('groundwire_open_sockets', 'WebSockets that are open.', []),
    droppedFollowers: counter(
      'groundwire_dropped_followers_total',
      'Connections that were cut because their client read too slowly, by reason: buffer_full or stalled.',
      ['transport', 'reason'],
    ),
    refusedSockets: counter(
      'groundwire_refused_sockets_total',
      'Connections that were refused because their key had as many as it may.',
      ['transport'],
    ),
    runs: counter('groundwire_runs_total', 'Runs that ended.', ['outcome']),
    queueDepth: gauge('groundwire_queue_depth', 'Jobs by queue and state: queued or active.', [
      'queue',
      'state',
    ]),
    queueOldestAge: gauge(
      'groundwire_queue_oldest_age_seconds',
      'How long the oldest job that could start has waited.',
      ['queue'],
    ),
    jobDuration: histogram(
      'groundwire_job_duration_seconds',
      'Attempts of jobs by outcome.',
      ['queue', 'outcome'],
      slow,
    ),
    documents: counter('groundwire_documents_total', 'Documents whose ingestion ended.', ['outcome']),
    fetches: counter('groundwire_fetches_total', 'Fetches of URL sources that ended.', ['outcome']),
    upstreamState: gauge(
      'groundwire_upstream_state',
      'Circuit of an upstream address: 0 closed, 1 half open, 2 open.',
      ['upstream', 'base_url'],
    ),
    upstreamHealth: gauge(
      'groundwire_upstream_health',
      'What the address itself says (/health): 1 up, 0 down; no series where it says nothing.',
      ['upstream', 'base_url'],
    ),
    upstreamInFlight: gauge('groundwire_upstream_in_flight', 'Requests of this process at an address.', [
      'upstream',
      'base_url',
    ]),
    upstreamReported: gauge(
      'groundwire_upstream_reported_requests',
      'Requests that an address says it has (/metrics), whoever sent them: running or waiting.',
      ['upstream', 'base_url', 'state'],
    ),
    upstreamRefusals: counter(
      'groundwire_upstream_refusals_total',
      'New generations that were refused because every address was full.',
      ['upstream'],
    ),
    upstreamFailovers: counter(
      'groundwire_upstream_failovers_total',
      'Calls that went on at another address after one had failed.',
      ['upstream'],
    ),
    upstreamAllowed: gauge(
      'groundwire_upstream_allowed_requests',
      'Requests for passages that may be under way at once: fewer after 429, more after successes.',
      ['upstream'],
    ),
    queryEmbeddingCacheRequests: counter(
      'groundwire_query_embedding_cache_requests_total',
      'Questions to embed by outcome: hit, shared (an equal one was under way) or miss.',
      ['outcome'],
    ),
    queryEmbeddingCacheEntries: gauge(
      'groundwire_query_embedding_cache_entries',
      'Questions whose vector is kept in memory.',
      [],
    ),
    queryEmbeddingCacheBytes: gauge(
      'groundwire_query_embedding_cache_bytes',
      'What the kept questions and vectors take.',
      [],
    ),
    upstreamDuration: histogram(
      'groundwire_upstream_request_duration_seconds',
      'Requests to an upstream until their end.',
      ['upstream', 'outcome'],
      slow,
    ),
    upstreamFaults: counter(
      'groundwire_upstream_faults_total',
      'Requests to an upstream that failed, by what went wrong; also circuit_open and full, where none was made.',
      ['upstream', 'fault'],
    ),
    maskedErrors: counter(
      'groundwire_masked_errors_total',
      'Unexpected errors that clients saw only as INTERNAL_SERVER_ERROR.',
      [],
    ),
  }
}
