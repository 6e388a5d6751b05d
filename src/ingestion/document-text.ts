/** A document's text, of which nobody needs the whole as one string. Offsets are UTF-16 units. A string is one. */
export interface DocumentText {
  readonly length: number
  slice(start: number, end: number): string
  toString(): string
}

/** UTF-16 units that are encoded at a time. */
const encodedUnits = 8 * 1024

/**
 * The text as UTF-8, about `size` bytes at a time, none of which ends inside of a character. Of an empty text: one,
 * empty. Each is overwritten by the next.
 */
export function* utf8Runs(text: DocumentText, size: number): Generator<Buffer> {
  // A short text needs no more than it has.
  const run = Buffer.allocUnsafe(Math.min(size, 3 * text.length) + 3 * encodedUnits)
  let filled = 0
  for (let at = 0; at < text.length; ) {
    let units = text.slice(at, at + encodedUnits)
    if (units.length > 1 && units.charCodeAt(units.length - 1) >>> 10 === 0x36) units = units.slice(0, -1)
    filled += run.write(units, filled)
    at += units.length
    if (filled < size) continue
    yield run.subarray(0, filled)
    filled = 0
  }
  if (filled > 0 || text.length === 0) yield run.subarray(0, filled)
}

/** Bytes of UTF-8 that are decoded at a time. */
const pieceBytes = 8 * 1024

/**
 * A text of any length as the UTF-8 it came in, of which strings are made when they are asked for. As one string fifty
 * megabytes would take a hundred, for one letter beyond Latin-1, and another hundred while it is put together.
 */
export class EncodedText implements DocumentText {
  readonly #pieces: Buffer[] = []
  readonly #starts: number[] = []
  length = 0
  /** The piece that was decoded last: passages are asked for in their order. */
  #decoded = { index: -1, text: '' }

  /** UTF-8 that ends with a whole character. Copied. */
  append(bytes: Buffer): void {
    const own = Buffer.from(bytes)
    for (let from = 0; from < own.length; ) {
      let to = Math.min(own.length, from + pieceBytes)
      // Not between the bytes of a character, which are 10xxxxxx from the second on.
      while (to < own.length && ((own[to] ?? 0) & 0xc0) === 0x80) to += 1
      const piece = own.subarray(from, to)
      this.#pieces.push(piece)
      this.#starts.push(this.length)
      this.length += piece.toString('utf8').length
      from = to
    }
  }

  slice(start: number, end: number): string {
    let text = ''
    for (let index = this.#indexAt(start); index < this.#pieces.length; index++) {
      const from = this.#starts[index] ?? 0
      if (from >= end) break
      text += this.#textOf(index).slice(Math.max(0, start - from), end - from)
    }
    return text
  }

  toString(): string {
    return this.slice(0, this.length)
  }

  #textOf(index: number): string {
    if (this.#decoded.index !== index) {
      this.#decoded = { index, text: this.#pieces[index]?.toString('utf8') ?? '' }
    }
    return this.#decoded.text
  }

  /** The piece that holds an offset: the last one that begins at or before it. */
  #indexAt(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
