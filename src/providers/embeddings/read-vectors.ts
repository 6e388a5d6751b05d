import type { Subject } from '../upstream/subject.ts'
import { rejected } from '../upstream/upstream-error.ts'
import { toUnitLength } from './unit-vector.ts'

interface EmbeddingAnswer {
  readonly data?: readonly { readonly index?: unknown; readonly embedding?: unknown }[]
}

/**
 * The vectors of an answer, by their index, each of length 1. Whatever is off rejects the whole answer: a vector at the wrong
 * text, or one of NaN or zeros, would stay in the index unnoticed and find nothing, or the wrong thing.
 * @throws UpstreamError UPSTREAM_REJECTED
 */
export function readVectors(
  answer: unknown,
  count: number,
  dimensions: number,
  subject: Subject,
): Float32Array[] {
  const data = (answer as EmbeddingAnswer | null)?.data
  if (!Array.isArray(data)) {
    throw rejected(subject, `does not answer with embeddings: check ${subject.variables}_BASE_URL`, 'no data')
  }
  if (data.length !== count) {
    throw rejected(subject, `returned ${data.length} vectors for ${count} texts`, 'wrong count')
  }
  const vectors = new Array<Float32Array>(count)
  for (const item of data) {
    const index: unknown = item?.index
    if (!Number.isInteger(index) || Number(index) < 0 || Number(index) >= count || vectors[Number(index)]) {
      throw rejected(subject, 'returned vectors that belong to no text', 'wrong index')
    }
    const vector = decode(item.embedding)
    if (vector === null) throw rejected(subject, 'returned an unreadable vector', 'unreadable vector')
    if (vector.length !== dimensions) {
      const problem = `returned ${vector.length} numbers per vector where ${subject.variables}_DIMENSIONS is ${dimensions}`
      throw rejected(subject, problem, 'wrong dimensions')
    }
    if (!toUnitLength(vector)) {
      throw rejected(subject, 'returned a vector without direction', 'zero or not finite')
    }
    vectors[Number(index)] = vector
  }
  return vectors
}

/** Base64 of little-endian floats, as asked for, or the plain array of a server that ignores encoding_format. */
function decode(embedding: unknown): Float32Array | null {
  if (Array.isArray(embedding))
    return Float32Array.from(embedding, (value) => (typeof value === 'number' ? value : Number.NaN))
  if (typeof embedding !== 'string') return null
  const bytes = Buffer.from(embedding, 'base64')
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null
  // Buffer skips what is no base64, so that what was damaged on its way would pass.
  if (embedding.replace(/={1,2}$/, '').length !== Math.ceil((bytes.length * 4) / 3)) return null
  // A copy: Buffer's shared pool does not align to four bytes.
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  )
}
