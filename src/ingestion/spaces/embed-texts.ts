import { FailureCode, FailureError } from '../../failure.ts'
import type { Embeddings } from '../../providers/embeddings/embeddings.ts'

export interface EmbeddedTexts {
  /** Their vectors, as they arrive. */
  store(places: readonly number[], vectors: readonly Float32Array[]): Promise<void>
  /** One that the model does not take. */
  reject(place: number, reason: string): Promise<void>
}

/** A text that every model takes: one that refuses it refuses everything. */
const probe = 'Groundwire'

/**
 * Embeds texts, one that the model refuses apart from the others: what comes back refused is halved until the text that
 * is to blame stands alone, and is refused once more: an answer that was garbage for a moment blames no text for good.
 * @throws FailureError as the model does, also where it refuses any text: a wrong key or name is no text's fault
 */
export async function embedTexts(
  embeddings: Embeddings,
  texts: readonly string[],
  { store, reject }: EmbeddedTexts,
  signal: AbortSignal,
): Promise<void> {
  const groups = [[...texts.keys()]]
  let probed = false
  let suspect: number | undefined
  for (let group = groups.pop(); group; group = groups.pop()) {
    const places = group
    const rest = new Set(places)
    try {
      const asked = places.map((place) => texts[place] ?? '')
      for await (const { start, vectors } of embeddings.embedEach(asked, signal)) {
        const answered = places.slice(start, start + vectors.length)
        await store(answered, vectors)
        for (const place of answered) rest.delete(place)
      }
    } catch (error) {
      if (!isRejection(error)) throw error
      const left = [...rest]
      const only = left.length === 1 ? left[0] : undefined
      if (only !== undefined && only === suspect) {
        await reject(only, error.failure.message)
        continue
      }
      if (!probed || only !== undefined) await embeddings.embed([probe], 'passage', signal)
      probed = true
      suspect = only
      if (only === undefined) groups.push(left.slice(left.length >> 1), left.slice(0, left.length >> 1))
      else groups.push(left)
    }
  }
}

function isRejection(error: unknown): error is FailureError {
  return error instanceof FailureError && error.failure.code === FailureCode.UpstreamRejected
}
