/**
 * A source's bytes, to be taken once. Whoever passes this on holds no bytes: they are free as soon as the one who took
 * them has read them, while callers up the stack still wait for what is made of them.
 */
export class SourceBytes {
  #bytes: Uint8Array | null

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(): Uint8Array {
    const bytes = this.#bytes
    if (!bytes) throw new Error('A source is read once.')
    this.#bytes = null
    return bytes
  }
}
