import { durableStream } from './durable-stream.ts'
import { protocolError } from './errors.ts'
import { ChatStreamDocument, type ChatStreamInput, type ChatStreamSubscription } from './generated/graphql.ts'
import { randomId } from './random-id.ts'
import type { RetryPolicy } from './retry.ts'
import { subscription } from './subscription.ts'
import type { Endpoint } from './transport.ts'

/** One event of a run, told apart by `__typename`. */
export type ChatEvent = ChatStreamSubscription['chatStream']

const last: ReadonlySet<ChatEvent['__typename']> = new Set(['RunCompleted', 'RunFailed', 'RunCancelled'])

/**
 * A run's events, each once and in order, over as many connections as it takes. Until the first event it
 * asks (again) with one requestId, which can only ever start one run; from then on it resumes the run.
 */
export function chatEvents(
  endpoint: Endpoint,
  start: ChatStreamInput,
  policy: RetryPolicy,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  let input: ChatStreamInput = start.ask
    ? { ask: { ...start.ask, requestId: start.ask.requestId ?? randomId() } }
    : start
  let seen = start.resume?.afterSeq ?? 0

  async function* connect(until: AbortSignal): AsyncGenerator<ChatEvent> {
    const results = subscription(endpoint, ChatStreamDocument, { input }, policy.silenceMs, until)
    for await (const result of results) yield result.chatStream
  }

  function accept(event: ChatEvent): 'next' | 'last' | 'duplicate' {
    if (event.seq <= seen) return 'duplicate'
    if (event.seq !== seen + 1) {
      // Not handed on: reading again from the last good one closes the gap.
      throw protocolError(`Event ${seen + 1} of run ${event.runId} is missing: ${event.seq} came instead`)
    }
    seen = event.seq
    input = { resume: { runId: event.runId, afterSeq: seen } }
    return last.has(event.__typename) ? 'last' : 'next'
  }

  return durableStream({ connect, accept }, policy, signal)
}
