import type { Database } from '../db/database.ts'
import { queueStates } from '../db/sql/queue-states.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type QueueName, queues } from './queues.ts'

const everyMs = 5_000

/** Keeps the series of queue depth and age up to date until it is disposed. */
export function measureQueues(
  { pool }: Database,
  metrics: Pick<Metrics, 'queueDepth' | 'queueOldestAge'>,
  logger: Logger,
): Disposable {
  const names = Object.keys(queues) as QueueName[]
  const measure = async () => {
    const rows = new Map((await queueStates(pool, names)).map((row) => [row.name, row]))
    for (const queue of names) {
      const row = rows.get(queue)
      metrics.queueDepth.set({ queue, state: 'queued' }, row?.queued ?? 0)
      metrics.queueDepth.set({ queue, state: 'active' }, row?.active ?? 0)
      metrics.queueOldestAge.set({ queue }, row?.oldest_seconds ?? 0)
    }
  }
  const measureOrWarn = () =>
    void measure().catch((error: unknown) => logger.warn({ err: error }, 'The queues could not be measured'))
  measureOrWarn()
  const timer = setInterval(measureOrWarn, everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
