import { writeSync } from 'node:fs'
import { FailureCode, FailureError } from '../../../failure.ts'
import type { ChunkDraft } from '../../chunk/chunk.ts'
import type { ChunkableContent } from '../parse-and-chunk.ts'
import {
  type Done,
  type Failed,
  FRAME_HEAD,
  FRAMES_FD,
  FrameKind,
  LONGEST_FRAME,
  type WiredChunk,
} from '../wire.ts'

/** UTF-16 units, each of at most three bytes in UTF-8. */
const PIECE = Math.floor(LONGEST_FRAME / 3) - 1
const CHUNKS_PER_FRAME = 500
/** UTF-16 units of headings in a frame; escaped, each has up to six bytes. */
const HEADINGS_PER_FRAME = Math.floor(LONGEST_FRAME / 8)

export function writeContent({ text, title, chunks }: ChunkableContent): void {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE)
    // A pair of surrogates is encoded as one.
    if ((text.slice(end - 1, end).charCodeAt(0) & 0xfc00) === 0xd800) end += 1
    writeFrame(FrameKind.Text, Buffer.from(text.slice(at, end), 'utf8'))
    at = end
  }
  writeChunks(chunks)
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
  const done: Done = {
    title: title?.slice(0, 2_000).toWellFormed() ?? null,
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds,
  }
  writeJson(FrameKind.Done, done)
}

function writeChunks(chunks: Iterable<ChunkDraft>): void {
  let batch: WiredChunk[] = []
  let headingUnits = 0
  let before: readonly string[] = []
  for (const { start, end, page, headings } of chunks) {
    const same =
      headings.length === before.length && headings.every((words, index) => words === before[index])
    const units = same ? 0 : headings.reduce((sum, words) => sum + words.length + 1, 0)
    if (batch.length === CHUNKS_PER_FRAME || headingUnits + units > HEADINGS_PER_FRAME) {
      writeJson(FrameKind.Chunks, batch)
      batch = []
      headingUnits = 0
    }
    batch.push([start, end, page, same ? null : headings])
    headingUnits += units
    before = headings
  }
  writeJson(FrameKind.Chunks, batch)
}

export function writeJson(kind: FrameKind, value: Done | Failed | readonly WiredChunk[]): void {
  writeFrame(kind, Buffer.from(JSON.stringify(value), 'utf8'))
}

/** Blocks while the parent does not read. */
export function writeFrame(kind: FrameKind, payload: Buffer): void {
  if (payload.length > LONGEST_FRAME) {
    throw new FailureError(FailureCode.TooLarge, 'The document has headings that are too long.')
  }
  const head = Buffer.alloc(FRAME_HEAD)
  head.writeUInt8(kind, 0)
  head.writeUInt32BE(payload.length, 1)
  writeAll(head)
  writeAll(payload)
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(FRAMES_FD, bytes, at)
}
