import { type Db, PgBoss } from 'pg-boss'
import type { Database } from '../db/database.ts'
import { activeJobs } from '../db/sql/queue-states.ts'
import type { Logger } from '../telemetry/logger.ts'
import { type QueueName, queueOptions } from './queues.ts'

/**
 * pg-boss through the one door. Creates or updates its schema and the queues: call it under the lock
 * of the migration.
 */
export async function openQueue(
  database: Database,
  options: { work: boolean },
  logger: Logger,
): Promise<PgBoss> {
  const boss = new PgBoss({
    db: queueDatabase(database),
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    schema: 'pgboss',
    useListenNotify: options.work,
    supervise: options.work,
    schedule: false,
    // How soon a job is noticed whose worker was killed, beside heartbeatSeconds.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    // Each look counts the jobs: those that are done go soon after deleteAfterSeconds, not once a day.
    maintenanceIntervalSeconds: 600,
  })
  boss.on('error', (error) => logger.error({ err: error }, 'The job queue failed'))
  boss.on('warning', (warning) => logger.warn({ warning }, 'The job queue warns'))
  await boss.start()
  for (const [name, settings] of Object.entries(queueOptions)) {
    const existing = await boss.getQueue(name)
    if (existing) {
      const { policy: _fixed, ...changeable } = settings
      await boss.updateQueue(name, changeable)
    } else await boss.createQueue(name as QueueName, settings)
    // pg-boss reads a queue's settings once, through the pool. Inside of a transaction that would wait for ever
    // where the pool has one connection: it reads them now, for a job that is none.
    await boss.insert(name, [])
  }
  if (options.work && database.kind === 'embedded') await handBackOrphans(database, boss)
  return boss
}

/** What is active in a folder that one process has at a time was cut off with the last one: no need to wait. */
async function handBackOrphans({ pool }: Database, boss: PgBoss): Promise<void> {
  for (const { name, ids } of await activeJobs(pool)) {
    await boss.fail(name, ids, { value: 'The process ended' })
  }
}

function queueDatabase({ pool, notifications }: Database): Db {
  return {
    executeSql: (text, values) => pool.query(text, values as unknown[] | undefined),
    async listen(channel, onNotification, onReconnect) {
      const subscription = await notifications.listen(channel, onNotification, onReconnect)
      return { close: () => subscription.close() }
    },
  }
}
