import type { ChunkDraft } from '../chunk/chunk.ts'
import type { ChunkOptions } from '../chunk/limits.ts'
import type { DocumentText } from '../document-text.ts'

export interface ExtractRequest {
  /** Taken over: the caller does not use them again. */
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly chunking: ChunkOptions
}

export interface ExtractedContent {
  readonly text: DocumentText
  /** What the document calls itself; null where it does not. */
  readonly title: string | null
  readonly chunks: readonly ChunkDraft[]
}

/** Turns a source into text and passages. */
export interface Extractor extends AsyncDisposable {
  /**
   * @throws FailureError with what is wrong with the document: the parsers' own codes; TIMEOUT where it takes too long,
   * TOO_LARGE where it needs too much memory or gives too much text, UNREADABLE where it makes its parser crash, none
   * of them to be tried again; INTERRUPTED, to be tried again, where somebody else ended the parser.
   * @throws the signal's reason as soon as it aborts.
   */
  extract(request: ExtractRequest, signal: AbortSignal): Promise<ExtractedContent>
}
