import { GroundwireError } from './errors.ts'
import { Retries, type RetryPolicy } from './retry.ts'

export interface DurableSource<Item> {
  /** Connects from where the last accepted item left off. */
  readonly connect: (signal: AbortSignal) => AsyncIterable<Item>
  /** Takes an item over, or throws a retryable error where the stream must be read again. */
  readonly accept: (item: Item) => 'next' | 'last' | 'duplicate'
}

/** The items of one connection after another, until the last one. */
export async function* durableStream<Item>(
  source: DurableSource<Item>,
  policy: RetryPolicy,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const retries = new Retries(policy)
  for (;;) {
    try {
      for await (const item of source.connect(signal)) {
        const verdict = source.accept(item)
        if (verdict === 'duplicate') continue
        retries.progressed()
        yield item
        if (verdict === 'last') return
      }
      // A server that shuts down may complete its streams: only the last item ends this one.
      throw new GroundwireError('DISCONNECTED', 'The stream was completed early', { retryable: true })
    } catch (error) {
      await retries.wait(error, signal)
    }
  }
}
