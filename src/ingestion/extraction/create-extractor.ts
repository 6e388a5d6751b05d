import type { Logger } from '../../telemetry/logger.ts'
import { chunkDocument } from '../chunk/chunk.ts'
import { parseSource } from '../parse/parse.ts'
import type { Extractor } from './extractor.ts'

export function createExtractor(_: { readonly logger: Logger }): Extractor {
  return {
    async extract({ bytes, mimeType, chunking }) {
      const parsed = await parseSource(bytes, mimeType)
      return { text: parsed.text, title: parsed.title, chunks: chunkDocument(parsed, chunking) }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
