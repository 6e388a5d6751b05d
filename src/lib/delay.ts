import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after `ms` milliseconds, or rejects with the signal's reason as soon as it aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal })
}
