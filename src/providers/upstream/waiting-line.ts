/** Those who wait for a place, first come, first told. */
export interface WaitingLine {
  /** Resolves when told, and after `ms` in any case. Rejects with the signal's reason when it aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** There is one place more. */
  tellOne(): void
  /** Everything may have changed. */
  tellAll(): void
}

export function createWaitingLine(): WaitingLine {
  const line = new Set<() => void>()
  const tellOne = () => {
    for (const tell of line) return tell()
  }
  return {
    tellOne,
    tellAll() {
      for (const tell of [...line]) tell()
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const leave = () => {
          clearTimeout(timer)
          line.delete(tell)
          signal.removeEventListener('abort', abort)
        }
        const tell = () => {
          leave()
          resolve()
        }
        const abort = () => {
          leave()
          reject(signal.reason)
        }
        const timer = setTimeout(tell, ms)
        line.add(tell)
        signal.addEventListener('abort', abort, { once: true })
      })
    },
  }
}
