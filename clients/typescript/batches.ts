import type { IngestDocument } from './ingest-document.ts'
import { fileSize } from './local-file.ts'

export interface BatchLimits {
  /** Documents in one request; the server takes 100. @default 100 */
  readonly documents: number
  /** Bytes in one request; one document that is larger goes alone. @default 8 MiB */
  readonly bytes: number
  /** Bytes of a file; a larger one is not sent, and rejected here. @default 64 MiB, which the server takes */
  readonly fileBytes: number
}

const MiB = 1024 * 1024

export const defaultBatchLimits: BatchLimits = { documents: 100, bytes: 8 * MiB, fileBytes: 64 * MiB }

/** JSON beside files: the server takes 1 MiB there, and a document alone has 16 KiB of metadata and more. */
const bytesBesideFiles = 768 * 1024

export interface Batch {
  /** Of its first document, in the whole input. */
  readonly offset: number
  readonly documents: readonly IngestDocument[]
}

/** Groups documents in their order, holding no more than one batch of them in memory. */
export async function* batches(
  documents: Iterable<IngestDocument> | AsyncIterable<IngestDocument>,
  limits: BatchLimits,
): AsyncGenerator<Batch, void, void> {
  let offset = 0
  let batch: IngestDocument[] = []
  let json = 0
  let files = 0
  for await (const document of documents) {
    const { file } = document.source
    const jsonSize = jsonSizeOf(document)
    const size = file ? Math.min(await fileSize(file), limits.fileBytes) : 0
    const withFiles = file !== undefined || batch.some(({ source }) => source.file)
    const full =
      batch.length === limits.documents ||
      json + files + jsonSize + size > limits.bytes ||
      (withFiles && json + jsonSize > bytesBesideFiles)
    if (batch.length > 0 && full) {
      yield { offset, documents: batch }
      offset += batch.length
      batch = []
      json = 0
      files = 0
    }
    batch.push(document)
    json += jsonSize
    files += size
  }
  if (batch.length > 0) yield { offset, documents: batch }
}

const encoder = new TextEncoder()

/** As JSON, since escapes count: a text of nothing but quotes is twice its length. */
function jsonSizeOf(document: IngestDocument): number {
  return encoder.encode(JSON.stringify(document)).byteLength
}
