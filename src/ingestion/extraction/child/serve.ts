import { readSync } from 'node:fs'
import { SourceBytes } from '../../parse/source-bytes.ts'
import type { ChunkableContent, SourceRequest } from '../parse-and-chunk.ts'
import { FrameKind, REQUEST_HEAD, type RequestHead } from '../wire.ts'
import { failedOf } from './failed-of.ts'
import { writeContent, writeFrame, writeJson } from './write-content.ts'

/**
 * Reads requests from standard input, one after the other, and answers each. Ends the process where the input ends.
 * Reading blocks: a parser process has nothing else to do.
 */
export async function serve(extract: (request: SourceRequest) => Promise<ChunkableContent>): Promise<void> {
  // Parsers leave promises behind that fail when the document they were for has long ended.
  process.on('unhandledRejection', () => {})
  for (let request = readRequest(); request; request = readRequest()) {
    writeFrame(FrameKind.Accepted, Buffer.alloc(0))
    try {
      writeContent(await extract(request))
    } catch (error) {
      writeJson(FrameKind.Failed, failedOf(error))
    }
  }
  process.exit(0)
}

function readRequest(): SourceRequest | null {
  const lengths = read(REQUEST_HEAD)
  if (!lengths) return null
  const view = new DataView(lengths.buffer)
  const head = read(view.getUint32(0))
  const bytes = read(view.getUint32(4))
  if (!head || !bytes) return null
  const { mimeType, chunking } = JSON.parse(new TextDecoder().decode(head)) as RequestHead
  return { source: new SourceBytes(bytes), mimeType, chunking }
}

/** Exactly so many bytes, or null where the input ends before. */
function read(length: number): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null)
    if (count === 0) return null
    at += count
  }
  return bytes
}
