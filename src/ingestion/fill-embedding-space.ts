import type { Database } from '../db/database.ts'
import { chunksWithout, fillSpace } from '../db/sql/embedding-space.ts'
import { inputHash } from '../retrieval/vector/input-hash.ts'
import { passageForEmbedding, vectorLiteral } from '../retrieval/vector/passage-vector.ts'
import type { Embedder } from './embedder.ts'

const batchSize = 128
const beforeAllIds = '00000000-0000-0000-0000-000000000000'

/** Embeds the passages that were ingested before the model was configured, until none is left. */
export async function fillEmbeddingSpace(
  { pool }: Database,
  { embeddings, space }: Embedder,
  signal: AbortSignal,
): Promise<void> {
  let after = beforeAllIds
  for (;;) {
    signal.throwIfAborted()
    const chunks = await chunksWithout(pool, space.id, after, batchSize)
    const last = chunks.at(-1)
    if (!last) return
    const vectors = await embeddings.embed(chunks.map(passageForEmbedding), 'passage', signal)
    const ids = chunks.map(({ id }) => id)
    const hashes = Buffer.concat(chunks.map(inputHash))
    await fillSpace(pool, space.id, ids, vectors.map(vectorLiteral), hashes)
    after = last.id
  }
}
