import { type ChunkDraft, chunksOf } from '../chunk/chunk.ts'
import type { ChunkOptions } from '../chunk/limits.ts'
import { parseSource } from '../parse/parse.ts'
import { SourceBytes } from '../parse/source-bytes.ts'
import type { ExtractedContent, ExtractRequest } from './extractor.ts'

/** As ExtractRequest, to be read once. */
export interface SourceRequest {
  readonly source: SourceBytes
  readonly mimeType: string
  readonly chunking: ChunkOptions
}

/** As ExtractedContent, the chunks cut while they are gone through. */
export interface ChunkableContent {
  readonly text: string
  readonly title: string | null
  readonly chunks: Iterable<ChunkDraft>
}

/** @throws FailureError of the parsers */
export async function parseToChunk({ source, mimeType, chunking }: SourceRequest): Promise<ChunkableContent> {
  const document = await parseSource(source, mimeType)
  return { text: document.text, title: document.title, chunks: chunksOf(document, chunking) }
}

/** @throws FailureError of the parsers */
export async function parseAndChunk({
  bytes,
  mimeType,
  chunking,
}: ExtractRequest): Promise<ExtractedContent> {
  const content = await parseToChunk({ source: new SourceBytes(bytes), mimeType, chunking })
  return { ...content, chunks: [...content.chunks] }
}
