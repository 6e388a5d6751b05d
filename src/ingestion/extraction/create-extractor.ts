import { fileURLToPath } from 'node:url'
import type { Logger } from '../../telemetry/logger.ts'
import { MediaType, mediaType } from '../parse/media-type.ts'
import { defaultLimits, type ExtractionLimits } from './extraction-limits.ts'
import type { Extractor, ExtractRequest } from './extractor.ts'
import { parseAndChunk } from './parse-and-chunk.ts'
import { createParserPool } from './parser-pool.ts'

export interface ExtractorOptions {
  readonly limits?: Partial<ExtractionLimits>
  readonly logger: Logger
}

/** Whose parsers are our own and linear: a small one takes milliseconds, less than the way to a child. */
const PARSED_HERE: ReadonlySet<string> = new Set([MediaType.Plain, MediaType.Markdown])
const LARGEST_HERE = 256 * 1024

const entry = fileURLToPath(new URL('child/main.ts', import.meta.url))

/** Small plain texts are parsed in this process, everything else in child processes (docs/FORMATS.md, Isolation). */
export function createExtractor({ limits, logger }: ExtractorOptions): Extractor {
  const pool = createParserPool({ entry, limits: { ...defaultLimits, ...limits }, logger })
  return {
    async extract(request, signal) {
      signal.throwIfAborted()
      return isParsedHere(request) ? parseAndChunk(request) : pool.extract(request, signal)
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

function isParsedHere({ bytes, mimeType }: ExtractRequest): boolean {
  return bytes.length <= LARGEST_HERE && PARSED_HERE.has(mediaType(mimeType))
}
