import { SpanKind } from '@opentelemetry/api'
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { linkTo, withSpan } from '../telemetry/tracing.ts'
import { type Payload, type QueueName, queueOptions, queues } from './queues.ts'

export interface JobContext {
  /** The job's own, the same in each attempt. */
  readonly id: string
  /** Aborts when the process stops, or when another worker has taken the job over. */
  readonly signal: AbortSignal
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
  /** Whether the queue gives up on the job after this attempt. */
  readonly last: boolean
  /** Of a dead letter: whether its job ended so by itself. Otherwise its attempts were cut off, the last one too. */
  readonly ended: boolean
}

/** What becomes of the job: `retry` after the queue's delay, `dead` into the dead-letter queue at once. */
export type JobEnd = 'done' | 'retry' | 'dead'

export interface QueueWork<N extends QueueName> {
  readonly name: N
  /** Jobs at once. @default 1 */
  readonly slots?: number
  handle(payload: Payload<N>, context: JobContext): Promise<JobEnd>
}

export interface WorkDependencies {
  readonly boss: PgBoss
  readonly metrics: Metrics
  readonly logger: Logger
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
}

/**
 * Works on a queue until the process stops. A job that throws is retried. Each slot fetches for itself, so that a slow
 * job holds its slot and nothing else.
 */
export async function workQueue<N extends QueueName>(
  { boss, metrics, logger, stopping }: WorkDependencies,
  { name, slots = 1, handle }: QueueWork<N>,
): Promise<void> {
  const attempt = async (data: unknown, context: JobContext): Promise<JobEnd> => {
    const payload = queues[name].safeParse(data)
    if (!payload.success) {
      logger.error({ queue: name, problem: z.prettifyError(payload.error) }, 'A job cannot be read')
      return 'dead'
    }
    const { traceparent } = payload.data as { traceparent?: string }
    const attributes = { 'messaging.system': 'pg-boss', 'messaging.destination.name': name }
    const span = { kind: SpanKind.CONSUMER, attributes, links: linkTo(traceparent) }
    return withSpan(`job ${name}`, span, () => handle(payload.data as Payload<N>, context))
  }
  const retryLimit = queueOptions[name].retryLimit ?? 0
  const work = async (job: JobWithMetadata<unknown>): Promise<JobResult> => {
    const end = metrics.jobDuration.startTimer({ queue: name })
    const signal = AbortSignal.any([stopping, job.signal])
    try {
      const ended = endedItself.safeParse(job.sourceOutput).success
      const result = await attempt(job.data, {
        id: job.id,
        signal,
        stopping,
        last: job.retryCount >= retryLimit,
        ended,
      })
      end({ outcome: result })
      return { id: job.id, status: statusOf[result], ...(result === 'dead' && { output: deadOutput }) }
    } catch (error) {
      end({ outcome: signal.aborted ? 'interrupted' : 'failed' })
      if (!signal.aborted) logger.error({ err: error, queue: name }, 'A job failed; it is tried again')
      return { id: job.id, status: 'failed' }
    }
  }

  for (let slot = 0; slot < slots; slot++) {
    const worker: string = await boss.work(name, workOptions, async (jobs) => {
      const results = await Promise.all(jobs.map(work))
      // There may be more: without this pg-boss would wait for the next notification or poll.
      boss.notifyWorker(worker)
      return results
    })
  }
}

/** Notifications start work at once; polling is for what was delayed or retried, which nothing tells. */
const workOptions = {
  pollingIntervalSeconds: 2,
  notifyPollingIntervalSeconds: 2,
  batchSize: 1,
  perJobResults: true,
  includeMetadata: true,
} as const

const deadOutput = { ended: true } as const
const endedItself = z.object({ ended: z.literal(true) })

const statusOf = { done: 'completed', retry: 'failed', dead: 'deadletter' } as const
