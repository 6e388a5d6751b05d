/** How long a subscription may wait for its first event; a model can take longer, and proxies give up sooner. */
const settleMs = 1_000

/**
 * Pulls the first event before the subscription is answered, so that what is wrong with the request (no such
 * run, a seq beyond its end) is the answer and not a stream that breaks. Nothing is lost: the stream starts
 * with that pull, also where its event is still to come.
 *
 * Not an async generator itself: return() on one that was never started would leave the source open.
 */
export async function startStream<T>(
  source: AsyncGenerator<T, void, void>,
): Promise<AsyncGenerator<T, void, void>> {
  let pulled: Promise<IteratorResult<T, void>> | null = source.next()
  await settledWithin(pulled, settleMs)
  const stream: AsyncGenerator<T, void, void> = {
    next() {
      const next = pulled ?? source.next()
      pulled = null
      return next
    },
    return: () => source.return(),
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => void (await source.return()),
  }
  return stream
}

/** Rejects where the promise does in time; later it is the stream's to tell. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
