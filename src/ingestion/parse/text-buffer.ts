import { FailureCode, FailureError } from '../../failure.ts'
import { collectGarbage } from './collect-garbage.ts'

/** Bytes of a document's text in UTF-8. A source of 64 MiB has no more, in whichever encoding, where it is written as it is. */
export const LONGEST_TEXT = 96 * 1024 * 1024

/** Bytes up to which a format may repeat what its source has once: the names of a table's columns in each row. */
export const COMFORTABLE_TEXT = 64 * 1024 * 1024

/** UTF-16 units that are encoded at once. */
const BATCH = 65_536
/** Bytes of text after which what was left behind on the way is collected. */
const LITTER = 16 * 1024 * 1024

/** A text is longer than it may be. */
export class TextTooLong extends FailureError {
  constructor() {
    super(FailureCode.TooLarge, 'The document has more text than can be taken.')
  }
}

/**
 * A text while it grows, in UTF-8: as strings, most of its letters would take two bytes or more as soon as one of them
 * is not Latin, twice while they are joined, and keep the source that they were cut from.
 */
export class TextBuffer {
  /** UTF-16 units. */
  length = 0
  readonly #most: number
  readonly #encoded: Buffer[] = []
  #bytes = 0
  #pending: string[] = []
  #pendingLength = 0

  /** `most`: bytes of UTF-8. */
  constructor(most = LONGEST_TEXT) {
    this.#most = most
  }

  /**
   * Half a surrogate pair becomes U+FFFD: both halves come in one part.
   *
   * @throws TextTooLong
   */
  add(part: string): void {
    this.length += part.length
    this.#pending.push(part)
    this.#pendingLength += part.length
    if (this.#pendingLength >= BATCH) this.#encode()
  }

  /** The text, which is then forgotten. @throws TextTooLong */
  take(): string {
    this.#encode()
    const isLong = this.#bytes > LITTER
    if (isLong) collectGarbage()
    const all = Buffer.concat(this.#encoded)
    this.#encoded.length = 0
    if (isLong) collectGarbage()
    return all.toString('utf8')
  }

  #encode(): void {
    const encoded = Buffer.from(this.#pending.join(''), 'utf8')
    this.#pending = []
    this.#pendingLength = 0
    this.#bytes += encoded.length
    this.#encoded.push(encoded)
    if (this.#bytes > this.#most) {
      // An error holds who threw it.
      this.#encoded.length = 0
      throw new TextTooLong()
    }
    if (this.#bytes % LITTER < encoded.length) collectGarbage()
  }
}
