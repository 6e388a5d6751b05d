/** Counts one more connection of the caller; null where it may have none. The returned function ends it. */
export type CountSocket = (caller: unknown, transport: 'ws' | 'sse') => (() => void) | null

/** How many connections each key holds open here: WebSockets, and requests that stream over SSE. */
export class KeySockets {
  readonly #limit: number
  readonly #open = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Counts one more until the returned function is called; calling it again does nothing.
   * @param key null where nobody is counted: everybody is the same one on an open server
   * @returns null where the key has as many as it may
   */
  enter(key: string | null): (() => void) | null {
    if (key === null) return () => {}
    const open = this.#open.get(key) ?? 0
    if (open >= this.#limit) return null
    this.#open.set(key, open + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const rest = (this.#open.get(key) ?? 1) - 1
      if (rest > 0) this.#open.set(key, rest)
      else this.#open.delete(key)
    }
  }
}
