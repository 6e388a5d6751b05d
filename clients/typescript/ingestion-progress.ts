import { durableStream } from './durable-stream.ts'
import {
  type IngestionPartsFragment,
  IngestionProgressDocument,
  type IngestionStatus,
} from './generated/graphql.ts'
import type { RetryPolicy } from './retry.ts'
import { subscription } from './subscription.ts'
import type { Endpoint } from './transport.ts'

const ended: ReadonlySet<IngestionStatus> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED'])

/** An ingestion now and after each change, until it has ended. A state may come twice after a reconnect. */
export function ingestionProgress(
  endpoint: Endpoint,
  ingestionId: string,
  policy: RetryPolicy,
  signal: AbortSignal,
): AsyncGenerator<IngestionPartsFragment> {
  async function* connect(until: AbortSignal): AsyncGenerator<IngestionPartsFragment> {
    const variables = { ingestionId }
    const results = subscription(endpoint, IngestionProgressDocument, variables, policy.silenceMs, until)
    for await (const result of results) yield result.ingestionProgress
  }
  return durableStream(
    { connect, accept: ({ status }) => (ended.has(status) ? 'last' : 'next') },
    policy,
    signal,
  )
}
