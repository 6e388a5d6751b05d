import type { DocumentInput } from './generated/graphql.ts'

export interface BatchLimits {
  /** Documents in one request; the server takes 100. */
  readonly documents: number
  /** Bytes in one request; one document that is larger goes alone. */
  readonly bytes: number
}

export const defaultBatchLimits: BatchLimits = { documents: 100, bytes: 8 * 1024 * 1024 }

/** Groups documents in their order, holding no more than one batch of them in memory. */
export async function* batches(
  documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
  limits: BatchLimits,
): AsyncGenerator<DocumentInput[]> {
  let batch: DocumentInput[] = []
  let bytes = 0
  for await (const document of documents) {
    const size = sizeOf(document)
    if (batch.length > 0 && (batch.length === limits.documents || bytes + size > limits.bytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(document)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

const encoder = new TextEncoder()

/** As JSON, since escapes count: a text of nothing but quotes is twice its length. */
function sizeOf(document: DocumentInput): number {
  return encoder.encode(JSON.stringify(document)).byteLength + (document.source.file?.size ?? 0)
}
