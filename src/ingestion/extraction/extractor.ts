import type { ChunkDraft } from '../chunk/chunk.ts'
import type { ChunkOptions } from '../chunk/limits.ts'

export interface ExtractRequest {
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly chunking: ChunkOptions
}

export interface ExtractedContent {
  readonly text: string
  readonly title: string | null
  readonly chunks: readonly ChunkDraft[]
}

export interface Extractor extends AsyncDisposable {
  extract(request: ExtractRequest, signal: AbortSignal): Promise<ExtractedContent>
}
