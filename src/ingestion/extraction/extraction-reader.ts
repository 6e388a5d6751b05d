import { FailureCode, FailureError } from '../../failure.ts'
import { firstIllFormed } from '../../lib/unicode.ts'
import type { ChunkDraft } from '../chunk/chunk.ts'
import type { ExtractionLimits } from './extraction-limits.ts'
import type { ExtractedContent } from './extractor.ts'
import { ReceivedText } from './received-text.ts'
import { type Done, type Failed, FRAME_HEAD, FrameKind, LONGEST_FRAME } from './wire.ts'
import { asFailed, asHeadings, isOffset, json, ProtocolError, record } from './wired-values.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** What a child says that keeps the protocol, or that it does not. */
export type ReaderResult =
  | { readonly kind: 'content'; readonly content: ExtractedContent; readonly done: Done }
  | { readonly kind: 'failed'; readonly failed: Failed }

/**
 * Reads a child's frames for one document, and trusts none: the child has read a hostile document. Never holds more than
 * the limits and one frame.
 */
export class ExtractionReader {
  accepted = false
  readonly #limits: ExtractionLimits
  readonly #text: ReceivedText
  readonly #chunks: Mutable<ChunkDraft>[] = []
  #outputBytes = 0
  #headings: readonly string[] = []
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Of the frame that is awaited, its head included, once that has come. */
  #needed = FRAME_HEAD

  constructor(limits: ExtractionLimits) {
    this.#limits = limits
    this.#text = new ReceivedText(limits.textBytes)
  }

  /**
   * @returns the result once it is complete
   * @throws ProtocolError, or FailureError TOO_LARGE
   */
  push(data: Buffer): ReaderResult | null {
    this.#pending.push(data)
    this.#pendingBytes += data.length
    while (this.#pendingBytes >= this.#needed) {
      const joined = this.#pending.length === 1 ? this.#pending[0] : Buffer.concat(this.#pending)
      const all = joined ?? Buffer.alloc(0)
      const length = all.readUInt32BE(1)
      if (length > LONGEST_FRAME) throw new ProtocolError('a frame is too long')
      this.#needed = FRAME_HEAD + length
      const rest = all.subarray(this.#needed)
      if (all.length < this.#needed) {
        this.#pending = [all]
        return null
      }
      const payload = all.subarray(FRAME_HEAD, this.#needed)
      this.#pending = rest.length > 0 ? [rest] : []
      this.#pendingBytes = rest.length
      this.#needed = FRAME_HEAD
      const result = this.#frame(all.readUInt8(0), payload)
      if (result && rest.length > 0) throw new ProtocolError('there is more after the end')
      if (result) return result
    }
    return null
  }

  #frame(kind: number, payload: Buffer): ReaderResult | null {
    this.#outputBytes += payload.length
    if (this.#outputBytes > this.#limits.outputBytes) throw tooLarge()
    if (this.accepted === (kind === FrameKind.Accepted)) throw new ProtocolError('a frame is out of turn')
    switch (kind) {
      case FrameKind.Accepted:
        this.accepted = true
        return null
      case FrameKind.Text:
        this.#addText(payload)
        return null
      case FrameKind.Chunks:
        this.#addChunks(payload)
        return null
      case FrameKind.Done:
        return this.#finish(payload)
      case FrameKind.Failed:
        return { kind: 'failed', failed: asFailed(json(payload)) }
      default:
        throw new ProtocolError('a frame is of no kind')
    }
  }

  #addText(payload: Buffer): void {
    // Half a surrogate pair has no UTF-8, and is decoded as something else.
    if (payload.includes(0)) throw new ProtocolError('the text cannot be stored')
    if (!this.#text.add(payload)) throw tooLarge()
  }

  #addChunks(payload: Buffer): void {
    const entries = json(payload)
    if (!Array.isArray(entries)) throw new ProtocolError('chunks are no list')
    if (this.#chunks.length + entries.length > this.#limits.chunks) throw tooLarge()
    for (const entry of entries) {
      const [start, end, page, headings] = Array.isArray(entry) ? entry : []
      if (!isOffset(start) || !isOffset(end) || end < start) throw new ProtocolError('a chunk has no place')
      if (page !== null && !isOffset(page)) throw new ProtocolError('a chunk has no page')
      if (headings !== null) this.#headings = asHeadings(headings)
      this.#chunks.push({
        ordinal: this.#chunks.length,
        start,
        end,
        text: '',
        headings: this.#headings,
        page,
      })
    }
  }

  #finish(payload: Buffer): ReaderResult {
    const { title, residentBytes, cpuSeconds } = record(json(payload))
    if (title !== null && (typeof title !== 'string' || firstIllFormed(title))) {
      throw new ProtocolError('the title is no text')
    }
    const text = this.#text.take()
    for (const chunk of this.#chunks) {
      if (chunk.end > text.length) throw new ProtocolError('a chunk ends behind the text')
      chunk.text = text.slice(chunk.start, chunk.end)
    }
    const done = { title, residentBytes: Number(residentBytes), cpuSeconds: Number(cpuSeconds) }
    return { kind: 'content', content: { text, title, chunks: this.#chunks }, done }
  }
}

function tooLarge(): FailureError {
  return new FailureError(FailureCode.TooLarge, 'The document has more text than can be taken.')
}
