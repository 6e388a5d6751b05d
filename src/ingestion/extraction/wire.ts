import type { Failure } from '../../failure.ts'

/**
 * What goes over the pipes between a worker and a parser process.
 *
 * To the child, for each document: a request, `u32 length of the head, u32 length of the body, head (JSON), body`.
 * From the child, in this order: ACCEPTED once it has read the request; then TEXT and CHUNKS as often as
 * needed and DONE; or FAILED, instead of any of them. A frame is `u8 kind, u32 length, payload`. Numbers are big-endian.
 */
export const FrameKind = { Accepted: 1, Text: 2, Chunks: 3, Done: 4, Failed: 5 } as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

export const REQUEST_HEAD = 8
export const FRAME_HEAD = 5
/** Of a payload. The parent reads frames one by one, so this is what it has to hold and decode at once. */
export const LONGEST_FRAME = 1024 * 1024

/** The child's end of the pipe for frames. Standard output is the libraries' to print on, and goes nowhere. */
export const FRAMES_FD = 3

export interface RequestHead {
  readonly mimeType: string
  readonly chunking: { targetTokens?: number; maxTokens?: number; overlapTokens?: number }
}

/** A chunk without its text, which is a slice of the document's. `headings` is null where they are as before. */
export type WiredChunk = readonly [
  start: number,
  end: number,
  page: number | null,
  headings: readonly string[] | null,
]

export interface Done {
  readonly title: string | null
  /** What the process holds and has used so far; only to decide whether it is kept. */
  readonly residentBytes: number
  readonly cpuSeconds: number
}

export interface Failed extends Failure {
  /** Of an error that no parser meant to throw: for the log. */
  readonly stack?: string
}
