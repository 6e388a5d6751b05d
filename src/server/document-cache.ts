/**
 * Remembers the parsed documents that clients send again and again. Yoga's own cache counts entries only:
 * 1,024 documents of 64 KiB, each with its syntax tree, are hundreds of megabytes that anyone may fill.
 */
export class DocumentCache<V> {
  #entries = new Map<string, V>()
  readonly #maxEntries: number
  readonly #maxLength: number

  constructor(maxEntries = 500, maxLength = 8 * 1024) {
    this.#maxEntries = maxEntries
    this.#maxLength = maxLength
  }

  get(document: string): V | undefined {
    const value = this.#entries.get(document)
    if (value !== undefined) {
      // Maps keep the order of insertion: the first key is the one unused for longest.
      this.#entries.delete(document)
      this.#entries.set(document, value)
    }
    return value
  }

  set(document: string, value: V): void {
    if (document.length > this.#maxLength) return
    this.#entries.set(document, value)
    const oldest = this.#entries.keys().next().value
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest)
  }
}
