import { LONGEST_TEXT } from '../parse/text-buffer.ts'

const MiB = 1024 * 1024

/** What one document may cost, and how processes are kept. */
export interface ExtractionLimits {
  /** Child processes at most, and so documents that are parsed in them at a time. */
  readonly processes: number
  /** From the first byte that is sent to the last that comes back. */
  readonly wallMs: number
  /** Of all threads of the process together. */
  readonly cpuSeconds: number
  /** Resident bytes of a child. */
  readonly memoryBytes: number
  /** Of V8's old generation in a child. */
  readonly heapBytes: number
  /** Of the text in UTF-8. */
  readonly textBytes: number
  readonly chunks: number
  /** Of text and chunks together, as they come over the pipe. */
  readonly outputBytes: number
  /** A child without work ends after this. */
  readonly idleMs: number
  /** A child ends after so many documents. */
  readonly documents: number
  /** A child that keeps more than this after a document ends. */
  readonly keptBytes: number
}

export const defaultLimits: ExtractionLimits = {
  processes: 2,
  wallMs: 120_000,
  cpuSeconds: 60,
  memoryBytes: 512 * MiB,
  heapBytes: 384 * MiB,
  textBytes: LONGEST_TEXT,
  chunks: 200_000,
  outputBytes: LONGEST_TEXT + 32 * MiB,
  idleMs: 30_000,
  documents: 100,
  keptBytes: 256 * MiB,
}
