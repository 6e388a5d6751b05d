import { randomUUID } from 'node:crypto'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import { delay } from '../lib/delay.ts'

/** A restart of PostgreSQL takes seconds; whoever asks does not wait much longer. */
const withinMs = 10_000

/**
 * Repeats what somebody waits for until the database is back, for 10 s from its first failure, with pauses of 50 ms to 1 s. `work` must be
 * such that it can be done twice: whether a commit was made whose answer got lost is not known.
 * @throws what the last attempt threw
 */
export async function throughOutage<T>(stopping: AbortSignal, work: () => Promise<T>): Promise<T> {
  let until: number | null = null
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      return await work()
    } catch (error) {
      until ??= performance.now() + withinMs
      if (stopping.aborted || !isDatabaseOutage(error) || performance.now() + pause > until) throw error
      await delay(pause, stopping).catch(() => {
        throw error
      })
    }
  }
}

/**
 * A request that names no id gets one of its own: so the next attempt finds what the last one may have started, and
 * starts no second run.
 */
export function identified<R extends { readonly requestId: string | null }>(request: R): R {
  return request.requestId === null ? { ...request, requestId: `own:${randomUUID()}` } : request
}
