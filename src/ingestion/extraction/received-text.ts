/** Bytes from which on there is room for all that may come: what is not written to takes no memory. */
const LARGE = 4 * 1024 * 1024

/** A text in UTF-8 while it arrives, in one place: joined at its end, it would stand in memory twice. */
export class ReceivedText {
  readonly #most: number
  #bytes = Buffer.alloc(0)
  #length = 0

  /** `most`: bytes. */
  constructor(most: number) {
    this.#most = most
  }

  /** @returns false where it is more than there may be */
  add(part: Buffer): boolean {
    const length = this.#length + part.length
    if (length > this.#most) return false
    if (length > this.#bytes.length) this.#grow(length)
    part.copy(this.#bytes, this.#length)
    this.#length = length
    return true
  }

  /** The text, which is then forgotten. */
  take(): string {
    const text = this.#bytes.toString('utf8', 0, this.#length)
    this.#bytes = Buffer.alloc(0)
    return text
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(least < LARGE ? Math.min(least * 2, this.#most) : this.#most)
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
