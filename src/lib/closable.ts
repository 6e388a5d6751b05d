/**
 * A generator whose return() aborts the signal that its body works under. A plain generator's return() waits
 * behind a next() that is blocked in await, so a consumer that leaves would hold the upstream request open.
 * The blocked next() then ends as done: leaving is not an error.
 */
export function closable<T>(
  signal: AbortSignal,
  body: (signal: AbortSignal) => AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  const closing = new AbortController()
  const generator = body(AbortSignal.any([signal, closing.signal]))
  const close = async (): Promise<IteratorResult<T, void>> => {
    closing.abort()
    return generator.return()
  }
  return {
    async next() {
      try {
        return await generator.next()
      } catch (error) {
        if (closing.signal.aborted && !signal.aborted) return { done: true, value: undefined }
        throw error
      }
    },
    return: close,
    async throw(error) {
      closing.abort()
      return generator.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}
