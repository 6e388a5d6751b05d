import type { Db, PgBoss, SendOptions } from 'pg-boss'
import { fromPrisma, type PrismaTransactionLike } from 'pg-boss'
import type { Queryable } from '../db/database.ts'
import type { Payload, QueueName } from './queues.ts'

/** Puts jobs into a queue in the caller's own transaction: they exist exactly if it commits. */
export interface JobQueue {
  insert<N extends QueueName>(
    name: N,
    payloads: readonly Payload<N>[],
    inside: PrismaTransactionLike,
  ): Promise<void>
  send<N extends QueueName>(
    name: N,
    payload: Payload<N>,
    options: SendOptions,
    inside: Queryable,
  ): Promise<void>
}

export function createJobQueue(boss: PgBoss): JobQueue {
  return {
    async insert(name, payloads, inside) {
      if (payloads.length === 0) return
      await boss.insert(
        name,
        payloads.map((data) => ({ data })),
        { db: fromPrisma(inside) },
      )
    },
    async send(name, payload, options, inside) {
      await boss.send(name, payload, { ...options, db: fromQueryable(inside) })
    },
  }
}

function fromQueryable(client: Queryable): Db {
  return { executeSql: (text, values = []) => client.query({ text, values }) }
}
