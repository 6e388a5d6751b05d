import type { Notifications } from './notifications.ts'

/**
 * Tells those who wait for changes of one thing that it changed, wherever it did. Changes that come
 * while nobody waits are one: the reader reads the rows, so that none is missed and none piles up.
 */
export interface ChangeFeed {
  /** From its creation on, `next` resolves for each change, also for those before the call. */
  watch(id: string): Watch
  close(): Promise<void>
}

export interface Watch extends Disposable {
  /** Resolves at the next change, after `fallbackMs` without one, or when the signal aborts. */
  next(fallbackMs: number, signal: AbortSignal): Promise<void>
}

export async function createChangeFeed(notifications: Notifications, channel: string): Promise<ChangeFeed> {
  const watches = new Map<string, Set<() => void>>()
  const wakeAll = () => {
    for (const set of watches.values()) for (const wake of set) wake()
  }
  const subscription = await notifications.listen(
    channel,
    (id) => {
      for (const wake of watches.get(id) ?? []) wake()
    },
    wakeAll,
  )
  return {
    watch(id) {
      let changed = false
      let resume: (() => void) | null = null
      const wake = () => {
        changed = true
        resume?.()
      }
      const set = watches.get(id) ?? new Set()
      watches.set(id, set.add(wake))
      return {
        async next(fallbackMs, signal) {
          if (!changed && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const done = () => {
                clearTimeout(timer)
                signal.removeEventListener('abort', done)
                resume = null
                resolve()
              }
              const timer = setTimeout(done, fallbackMs)
              signal.addEventListener('abort', done, { once: true })
              resume = done
            })
          }
          changed = false
        },
        [Symbol.dispose]() {
          set.delete(wake)
          if (set.size === 0) watches.delete(id)
        },
      }
    },
    async close() {
      wakeAll()
      await subscription.close()
    },
  }
}
