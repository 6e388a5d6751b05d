import { FailureCode, FailureError } from '../../failure.ts'
import { firstIllFormed } from '../../lib/unicode.ts'
import type { ChunkDraft } from '../chunk/chunk.ts'
import { type DocumentText, EncodedText } from '../document-text.ts'
import type { ExtractionLimits } from './extraction-limits.ts'
import type { ExtractedContent } from './extractor.ts'
import { type Done, type Failed, FRAME_HEAD, FrameKind, LONGEST_FRAME } from './wire.ts'
import { asFailed, asHeadings, isOffset, json, ProtocolError, record } from './wired-values.ts'

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
  readonly #text = new EncodedText()
  readonly #chunks: Omit<ChunkDraft, 'text'>[] = []
  #textBytes = 0
  #outputBytes = 0
  #headings: readonly string[] = []
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Of the frame that is awaited, its head included, once that has come. */
  #needed = FRAME_HEAD

  constructor(limits: ExtractionLimits) {
    this.#limits = limits
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
    this.#textBytes += payload.length
    if (this.#textBytes > this.#limits.textBytes) throw tooLarge()
    if (payload.includes(0)) throw new ProtocolError('the text cannot be stored')
    this.#text.append(payload)
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
      this.#chunks.push({ ordinal: this.#chunks.length, start, end, headings: this.#headings, page })
    }
  }

  #finish(payload: Buffer): ReaderResult {
    const { title, residentBytes, cpuSeconds } = record(json(payload))
    if (title !== null && (typeof title !== 'string' || firstIllFormed(title))) {
      throw new ProtocolError('the title is no text')
    }
    const text = this.#text
    const chunks = this.#chunks.map((chunk) => {
      if (chunk.end > text.length) throw new ProtocolError('a chunk ends behind the text')
      return new TextChunk(text, chunk)
    })
    const done = { title, residentBytes: Number(residentBytes), cpuSeconds: Number(cpuSeconds) }
    return { kind: 'content', content: { text, title, chunks }, done }
  }
}

function tooLarge(): FailureError {
  return new FailureError(FailureCode.TooLarge, 'The document has more text than can be taken.')
}

/** A chunk whose text is cut from the document's whenever it is asked for: a large one has a hundred thousand. */
class TextChunk implements ChunkDraft {
  readonly ordinal: number
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
  readonly page: number | null
  readonly #document: DocumentText

  constructor(document: DocumentText, { ordinal, start, end, headings, page }: Omit<ChunkDraft, 'text'>) {
    this.ordinal = ordinal
    this.start = start
    this.end = end
    this.headings = headings
    this.page = page
    this.#document = document
  }

  get text(): string {
    return this.#document.slice(this.start, this.end)
  }
}
