/** Where the server stops until the test lets it go on. */
export interface Gate {
  /** Resolves when the server stands at the gate. */
  readonly reached: Promise<void>
  open(): void
  /** The server's side. */
  pass(): Promise<void>
}

export function createGate(): Gate {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    open: opened.resolve,
    pass() {
      reached.resolve()
      return opened.promise
    },
  }
}
