import { chunkDocument } from '../chunk/chunk.ts'
import { parseSource } from '../parse/parse.ts'
import type { ExtractedContent, ExtractRequest } from './extractor.ts'

/** @throws FailureError of the parsers */
export async function parseAndChunk({
  bytes,
  mimeType,
  chunking,
}: ExtractRequest): Promise<ExtractedContent> {
  const document = await parseSource(bytes, mimeType)
  return { text: document.text, title: document.title, chunks: chunkDocument(document, chunking) }
}
