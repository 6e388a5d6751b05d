/**
 * Lets a consumer end a stream that is blocked in `await`.
 *
 * `return()` on an async generator queues behind the `next()` that is under way, so a generator that waits
 * for an event is never ended by its consumer (graphql-ws #653). Here the abort comes first: it makes the
 * pending await settle, and only then can `return()` get through to the generator's finally blocks.
 *
 * - `return()` aborts `controller`, then resolves when the source's own `return()` has: its finally blocks ran.
 * - When `controller` aborts from outside (the socket closed), a pending `next()` resolves as done at once,
 *   even where the source ignores its signal, and the source is returned.
 * - An AbortError that the source throws after the abort is the expected way out, not an error.
 */
export function abortable<T>(source: AsyncIterable<T>, controller: AbortController): AsyncGenerator<T, void> {
  const { signal } = controller
  const iterator = source[Symbol.asyncIterator]()
  const done: IteratorReturnResult<void> = { done: true, value: undefined }
  let returned: Promise<unknown> | undefined

  const end = () => {
    signal.removeEventListener('abort', onAbort)
    // What a finally block throws after the consumer has gone has nobody left to go to.
    returned ??= Promise.resolve(iterator.return?.()).catch(() => undefined)
    return returned
  }
  // Not a race with one promise of the abort: each race leaves a reaction on it, for as long as the stream lasts.
  const waiting = new Set<(result: IteratorReturnResult<void>) => void>()
  const onAbort = () => {
    for (const resolve of waiting) resolve(done)
    void end()
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })

  const stream: AsyncGenerator<T, void> = {
    next() {
      if (signal.aborted) return Promise.resolve(done)
      return new Promise((resolve, reject) => {
        const settle = () => waiting.delete(resolve)
        waiting.add(resolve)
        iterator.next().then(
          (result) => {
            settle()
            if (result.done) signal.removeEventListener('abort', onAbort)
            resolve(result.done ? done : result)
          },
          (error: unknown) => {
            settle()
            signal.removeEventListener('abort', onAbort)
            if (signal.aborted) resolve(done)
            else reject(error)
          },
        )
      })
    },
    async return() {
      controller.abort()
      await end()
      return done
    },
    async throw(error) {
      controller.abort()
      await end()
      throw error
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      await stream.return()
    },
  }
  return stream
}
