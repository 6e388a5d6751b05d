import { isDatabaseOutage } from './database-outage.ts'
import { delay } from './delay.ts'

/**
 * Repeats idempotent work through a restart of the database, with pauses of 50 ms to 1 s. Ends with the
 * signal's reason when it aborts, and with any error that is not an outage at once.
 */
export async function retryOutage<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let pause = 50; ; pause = Math.min(pause * 2, 1_000)) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error
      await delay(pause, signal)
    }
  }
}
