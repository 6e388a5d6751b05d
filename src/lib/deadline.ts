/**
 * A signal that aborts with its parent or when a time limit runs out. One signal for a whole exchange, while
 * the limit changes with its phases: start() begins a new one, stop() pauses while the other side is not waited for.
 */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
  /** True when the time limit, not the parent, aborted. */
  readonly expired: boolean
  start(ms: number): void
  stop(): void
}

/** Disposing aborts the signal, so that nothing which runs under it can outlive it. */
export function createDeadline(parent: AbortSignal): Deadline {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let expired = false

  const stop = () => clearTimeout(timer)
  const onParentAbort = () => {
    stop()
    controller.abort(parent.reason)
  }
  if (parent.aborted) onParentAbort()
  else parent.addEventListener('abort', onParentAbort, { once: true })

  return {
    signal: controller.signal,
    get expired() {
      return expired
    },
    start(ms) {
      stop()
      if (controller.signal.aborted) return
      timer = setTimeout(() => {
        expired = true
        controller.abort(new DOMException(`No answer within ${ms} ms`, 'TimeoutError'))
      }, ms)
    },
    stop,
    [Symbol.dispose]() {
      stop()
      parent.removeEventListener('abort', onParentAbort)
      controller.abort()
    },
  }
}
