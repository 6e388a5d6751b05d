/** Hears what is rung for its key from the moment that it was made. */
export interface Ear extends Disposable {
  /**
   * Resolves once something was rung since the last call, at once where that was before this one, and
   * after `timeoutMs` in any case. Rejects with the signal's reason when it aborts.
   */
  next(signal: AbortSignal, timeoutMs: number): Promise<void>
}

/** News without content, by key: listeners look for themselves what changed, so that none is ever queued. */
export interface Bells {
  listen(key: string): Ear
  ring(key: string): void
  ringAll(): void
}

export function createBells(): Bells {
  const ears = new Map<string, Set<() => void>>()
  const ring = (key: string) => {
    for (const hear of ears.get(key) ?? []) hear()
  }
  return {
    ring,
    ringAll() {
      for (const key of ears.keys()) ring(key)
    },
    listen(key) {
      let rung = false
      let wait: PromiseWithResolvers<void> | undefined
      let timer: { readonly ms: number; readonly timeout: NodeJS.Timeout } | undefined
      let heeded: AbortSignal | undefined
      const hear = () => {
        rung = true
        wait?.resolve()
      }
      const onAbort = () => wait?.reject(heeded?.reason)
      // A listener and a timer for the ear and not for each wait: a stream waits with each of its events.
      const heed = (signal: AbortSignal) => {
        if (signal === heeded) return
        heeded?.removeEventListener('abort', onAbort)
        heeded = signal
        signal.addEventListener('abort', onAbort, { once: true })
      }
      const wakeAfter = (ms: number) => {
        if (timer?.ms === ms) return timer.timeout.refresh()
        clearTimeout(timer?.timeout)
        timer = { ms, timeout: setTimeout(() => wait?.resolve(), ms).unref() }
      }
      const here = ears.get(key) ?? new Set()
      ears.set(key, here.add(hear))
      return {
        async next(signal, timeoutMs) {
          signal.throwIfAborted()
          if (!rung) {
            heed(signal)
            wakeAfter(timeoutMs)
            wait = Promise.withResolvers()
            try {
              await wait.promise
            } finally {
              wait = undefined
            }
          }
          rung = false
        },
        [Symbol.dispose]() {
          clearTimeout(timer?.timeout)
          heeded?.removeEventListener('abort', onAbort)
          here.delete(hear)
          if (here.size === 0 && ears.get(key) === here) ears.delete(key)
        },
      }
    },
  }
}
