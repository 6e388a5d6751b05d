/** Lets at most a fixed number of calls run at once; the others wait in the order they came. */
export interface Semaphore {
  /** Runs `work` when a place is free. Rejects with the signal's reason when it aborts before that. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export function createSemaphore(places: number): Semaphore {
  let free = places
  const waiting = new Set<() => void>()

  const enter = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        waiting.delete(admit)
        reject(signal.reason)
      }
      const admit = () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      waiting.add(admit)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
  // The place passes straight to the next in line: counting it free first would let a newcomer overtake.
  const leave = () => {
    const [next] = waiting
    if (next === undefined) free += 1
    else {
      waiting.delete(next)
      next()
    }
  }

  return {
    async run(signal, work) {
      await enter(signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
