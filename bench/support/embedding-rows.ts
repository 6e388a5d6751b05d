import type { VectorMixture } from './vector-mixture.ts'

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const rowsOfChunk = 256

/** A passage's id by its number, ascending. */
export function chunkId(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** The number again. */
export function chunkNumber(id: string): number {
  return Number.parseInt(id.slice(-12), 16)
}

function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

export interface EmbeddingRows {
  readonly spaceId: number
  readonly workspaceId: string
  readonly collectionId: string
  readonly count: number
  readonly vectors: VectorMixture
  /** Sees each vector as it is written: what halfvec keeps of it. */
  visit(number: number, vector: Float32Array): void
}

/**
 * Rows of chunk_embedding in COPY's binary format: space_id, chunk_id, workspace_id, collection_id, embedding (halfvec:
 * its dimensions, two unused bytes, half floats), input_hash (NULL).
 */
export function* embeddingRows(rows: EmbeddingRows): Generator<Buffer> {
  const { spaceId, workspaceId, collectionId, count, vectors, visit } = rows
  const { dimensions } = vectors
  const row = Buffer.alloc(2 + 8 + 3 * 20 + 4 + 4 + 2 * dimensions + 4)
  let at = row.writeInt16BE(6, 0)
  at = row.writeInt32BE(spaceId, row.writeInt32BE(4, at))
  const idAt = at + 4
  for (const id of [chunkId(0), workspaceId, collectionId]) {
    at = row.writeInt32BE(16, at)
    at += uuidBytes(id).copy(row, at)
  }
  at = row.writeInt32BE(4 + 2 * dimensions, at)
  at = row.writeInt16BE(0, row.writeInt16BE(dimensions, at))
  const vectorAt = at
  row.writeInt32BE(-1, vectorAt + 2 * dimensions)

  const vector = new Float32Array(dimensions)
  const halves = new Float16Array(dimensions)
  const bytes = Buffer.from(halves.buffer)
  yield signature
  for (let from = 0; from < count; from += rowsOfChunk) {
    const size = Math.min(rowsOfChunk, count - from)
    const chunk = Buffer.allocUnsafe(size * row.length)
    for (let index = 0; index < size; index++) {
      const number = from + index
      vectors.write(number, vector)
      halves.set(vector)
      vector.set(halves)
      visit(number, vector)
      row.writeUIntBE(number, idAt + 10, 6)
      bytes.copy(row, vectorAt)
      row.subarray(vectorAt, vectorAt + bytes.length).swap16()
      row.copy(chunk, index * row.length)
    }
    yield chunk
  }
  yield Buffer.from([0xff, 0xff])
}
