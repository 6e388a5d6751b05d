/** Those who wait for a place. Nobody takes one before those who came first. */
export interface WaitingLine {
  /** Whether somebody waits: who comes now is not next. */
  readonly isEmpty: boolean
  /** Joins its end. Disposing leaves it: the next one's turn has come. */
  join(): Waiter
  /** There may be a place: whose turn it is looks. */
  tell(): void
}

export interface Waiter extends Disposable {
  readonly isNext: boolean
  /** Resolves when it is told, or its turn comes, and after `ms` in any case. Rejects with the signal's reason when it aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createWaitingLine(): WaitingLine {
  /** Each with what wakes it, in the order of coming. */
  const line = new Map<Waiter, (() => void) | null>()
  const next = () => line.keys().next().value
  const tell = () => {
    const first = next()
    if (first) line.get(first)?.()
  }
  return {
    get isEmpty() {
      return line.size === 0
    },
    tell,
    join() {
      const waiter: Waiter = {
        get isNext() {
          return next() === waiter
        },
        wait: (ms, signal) =>
          new Promise((resolve, reject) => {
            if (signal.aborted) return reject(signal.reason)
            const done = () => {
              clearTimeout(timer)
              signal.removeEventListener('abort', abort)
              if (line.has(waiter)) line.set(waiter, null)
            }
            const wake = () => {
              done()
              resolve()
            }
            const abort = () => {
              done()
              reject(signal.reason)
            }
            const timer = setTimeout(wake, ms)
            line.set(waiter, wake)
            signal.addEventListener('abort', abort, { once: true })
          }),
        [Symbol.dispose]() {
          const wasNext = waiter.isNext
          line.delete(waiter)
          if (wasNext) tell()
        },
      }
      line.set(waiter, null)
      return waiter
    },
  }
}
