import type pg from 'pg'
import * as sql from '../db/sql/staged-embedding.ts'
import { hashBytes, inputHashes } from '../retrieval/vector/input-hash.ts'
import { passageForEmbedding, vectorLiteral } from '../retrieval/vector/passage-vector.ts'
import type { ChunkDraft } from './chunk/chunk.ts'
import type { Embedder } from './embedder.ts'
import type { IndexTarget } from './index-target.ts'

export interface Passages {
  /** What they are indexed under. */
  readonly title: string
  readonly chunks: readonly ChunkDraft[]
}

/** Texts that are given to the model at once: they exist only while it has them. */
const windowSize = 1_024

/**
 * Makes sure that the vector of every passage is staged, for the swap to take. Texts that the document's searchable
 * passages have vectors of, or that an earlier attempt was answered, are not sent to the model again, nor is one that
 * stands in the document twice. What arrives is staged at once: an attempt that is cut off loses one batch.
 * @returns false where the attempt is void
 * @throws FailureError as the model does; the signal's reason after an abort
 */
export async function embedPassages(
  pool: pg.Pool,
  embedder: Embedder,
  target: IndexTarget,
  { title, chunks }: Passages,
  signal: AbortSignal,
): Promise<boolean> {
  const { id: spaceId } = embedder.space
  const attempt = [target.documentId, target.version, target.fence, target.kind === 'reindex'] as const
  const hashes = await inputHashes(title, chunks)
  if ((await sql.stageKnown(pool, ...attempt, spaceId, hashes)).length === 0) return false
  const missing = await withoutVector(pool, target.documentId, spaceId, hashes)
  for (let from = 0; from < missing.length; from += windowSize) {
    const window = missing.subarray(from, from + windowSize)
    const texts = Array.from(window, (index) => passageForEmbedding(passageAt({ title, chunks }, index)))
    for await (const { start, vectors } of embedder.embeddings.embedEach(texts, signal)) {
      const staged = Buffer.concat(vectors.map((_, at) => hashAt(hashes, window[start + at] ?? 0)))
      const held = await sql.stageVectors(pool, ...attempt, spaceId, staged, vectors.map(vectorLiteral))
      if (held.length === 0) return false
    }
  }
  return true
}

/** The places of the texts whose vectors are not staged, each text once. */
async function withoutVector(
  pool: pg.Pool,
  documentId: string,
  spaceId: number,
  hashes: Buffer,
): Promise<Uint32Array> {
  const [row] = await sql.stagedHashes(pool, documentId, spaceId)
  const known = new Set<string>()
  const staged = row?.hashes ?? Buffer.alloc(0)
  for (let index = 0; index * hashBytes < staged.length; index++) {
    known.add(hashAt(staged, index).toString('latin1'))
  }
  const missing = new Uint32Array(hashes.length / hashBytes)
  let count = 0
  for (let index = 0; index < missing.length; index++) {
    const hash = hashAt(hashes, index).toString('latin1')
    if (known.has(hash)) continue
    known.add(hash)
    missing[count++] = index
  }
  return missing.subarray(0, count)
}

function hashAt(hashes: Buffer, index: number): Buffer {
  return hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
}

function passageAt({ title, chunks }: Passages, index: number) {
  const chunk = chunks[index]
  if (!chunk) throw new RangeError('No such passage')
  const { headings, text } = chunk
  return { title, headings, text }
}
