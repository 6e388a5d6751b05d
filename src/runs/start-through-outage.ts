import { randomUUID } from 'node:crypto'
import { isDatabaseOutage } from '../lib/database-outage.ts'
import { delay } from '../lib/delay.ts'
import type { AskRequest } from './runs.ts'

/** A restart of PostgreSQL takes seconds; whoever asks does not wait much longer. */
const withinMs = 10_000

/**
 * Calls `start` until the database is back, at most for 10 s, with pauses of 50 ms to 1 s. Whether a commit was made whose
 * answer got lost is not known, and a second run would be a second answer: so a request without an id gets one here, by
 * which the next attempt finds what the last one started.
 * @throws what the last attempt threw
 */
export async function startThroughOutage<T>(
  request: AskRequest,
  stopping: AbortSignal,
  start: (request: AskRequest) => Promise<T>,
): Promise<T> {
  const known = { ...request, requestId: request.requestId ?? `own:${randomUUID()}` }
  const until = performance.now() + withinMs
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    try {
      return await start(known)
    } catch (error) {
      if (stopping.aborted || !isDatabaseOutage(error) || performance.now() + pause > until) throw error
      await delay(pause, stopping).catch(() => {
        throw error
      })
    }
  }
}
