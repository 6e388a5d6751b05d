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
      let wake: (() => void) | undefined
      const hear = () => {
        rung = true
        wake?.()
      }
      const here = ears.get(key) ?? new Set()
      ears.set(key, here.add(hear))
      return {
        async next(signal, timeoutMs) {
          signal.throwIfAborted()
          if (!rung) {
            const heard = Promise.withResolvers<void>()
            const onAbort = () => heard.reject(signal.reason)
            const timer = setTimeout(heard.resolve, timeoutMs).unref()
            wake = heard.resolve
            signal.addEventListener('abort', onAbort, { once: true })
            try {
              await heard.promise
            } finally {
              wake = undefined
              clearTimeout(timer)
              signal.removeEventListener('abort', onAbort)
            }
          }
          rung = false
        },
        [Symbol.dispose]() {
          here.delete(hear)
          if (here.size === 0 && ears.get(key) === here) ears.delete(key)
        },
      }
    },
  }
}
