export interface StreamObserver {
  /** Called once when the stream is over: at its end, its failure (with the error) or its consumer's leaving. */
  settled(error?: unknown): void
  /** Runs each pull: a generator's body runs in the async context of whoever calls next(), not of its maker. */
  around?<R>(pull: () => R): R
}

/**
 * Tells when a stream is over. Not itself an async generator: `return()` on one that was never started skips
 * its finally block, and a stream that nobody came to read has to be counted off, too.
 */
export function onSettled<T>(
  source: AsyncIterable<T>,
  observer: StreamObserver,
): AsyncIterableIterator<T, void> {
  const iterator = source[Symbol.asyncIterator]()
  const around = observer.around ?? ((pull) => pull())
  let over = false
  const settle = (error?: unknown) => {
    if (over) return
    over = true
    observer.settled(error)
  }
  return {
    async next() {
      try {
        const result = await around(() => iterator.next())
        if (!result.done) return result
        settle()
        return { done: true, value: undefined }
      } catch (error) {
        settle(error)
        throw error
      }
    },
    async return() {
      try {
        await iterator.return?.()
      } finally {
        settle()
      }
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
