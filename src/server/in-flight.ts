/** Counts work that is under way, and tells when there is none. */
export class InFlight {
  #count = 0
  #idle = Promise.withResolvers<void>()

  /** The returned function ends the work; calling it again does nothing. */
  enter(): () => void {
    if (this.#count++ === 0) this.#idle = Promise.withResolvers<void>()
    let left = false
    return () => {
      if (left) return
      left = true
      if (--this.#count === 0) this.#idle.resolve()
    }
  }

  /** Resolves when nothing is under way, or when the signal aborts. */
  async idle(deadline: AbortSignal): Promise<void> {
    if (this.#count === 0 || deadline.aborted) return
    await Promise.race([
      this.#idle.promise,
      new Promise((resolve) => deadline.addEventListener('abort', resolve, { once: true })),
    ])
  }
}
