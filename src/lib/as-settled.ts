import { closable } from './closable.ts'

/**
 * What the tasks resolve with, in the order in which they do. At most `width` of them are begun and not yet taken, so
 * a consumer that is busy holds the next ones back.
 *
 * The first rejection is thrown, and ends the others; so does `return()`, and the signal. All have settled when the
 * generator is over: nothing outlives it.
 */
export function asSettled<T>(
  tasks: Iterable<(signal: AbortSignal) => Promise<T>>,
  width: number,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  return closable(signal, async function* (open) {
    const failed = new AbortController()
    const either = AbortSignal.any([open, failed.signal])
    const rest = tasks[Symbol.iterator]()
    const begun = new Set<Promise<void>>()
    const done: T[] = []
    const begin = (task: (signal: AbortSignal) => Promise<T>) => {
      const settled: Promise<void> = task(either).then((value) => {
        begun.delete(settled)
        done.push(value)
      })
      // Another's rejection may be thrown first.
      settled.catch(() => {})
      begun.add(settled)
    }
    try {
      for (;;) {
        while (begun.size + done.length < width) {
          const next = rest.next()
          if (next.done) break
          begin(next.value)
        }
        if (done.length === 0 && begun.size === 0) return
        if (done.length === 0) await Promise.race(begun)
        if (done.length > 0) yield done.shift() as T
      }
    } finally {
      failed.abort()
      await Promise.allSettled(begun)
    }
  })
}
