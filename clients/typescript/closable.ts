/**
 * Makes a generator's `return()` take effect at once. On its own it waits for the pending `next()`, which
 * on a quiet stream may never settle: so the signal goes first, and a `next()` that it cuts off is done.
 */
export function closable<Item>(
  start: (signal: AbortSignal) => AsyncGenerator<Item>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<Item> {
  const closing = new AbortController()
  const items = start(signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
  const done = { done: true, value: undefined } as const
  return {
    async next() {
      try {
        return await items.next()
      } catch (error) {
        if (closing.signal.aborted) return done
        throw error
      }
    },
    async return() {
      closing.abort()
      // It can only fail with the abort itself.
      await items.return(undefined).catch(() => {})
      return done
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
