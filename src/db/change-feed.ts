import { createBells, type Ear } from '../lib/bells.ts'
import type { Notifications } from './notifications.ts'

/**
 * Tells those who wait for changes of one thing that it changed, wherever it did. Changes that come
 * while nobody waits are one: the reader reads the rows, so that none is missed and none piles up.
 */
export interface ChangeFeed {
  /** Hears every change from its creation on. */
  watch(id: string): Ear
  close(): Promise<void>
}

export async function createChangeFeed(notifications: Notifications, channel: string): Promise<ChangeFeed> {
  const bells = createBells()
  // In the time without a connection any of them can have changed.
  const subscription = await notifications.listen(channel, bells.ring, bells.ringAll)
  return {
    watch: bells.listen,
    async close() {
      bells.ringAll()
      await subscription.close()
    },
  }
}
