export interface BatchLimits {
  /** @default 32: what text-embeddings-inference takes at most unless told otherwise. */
  readonly texts: number
  /** Keeps a request's memory and time bounded; a longer text travels alone. @default 100000 */
  readonly characters: number
}

export const defaultBatchLimits: BatchLimits = { texts: 32, characters: 100_000 }

/** Cuts the texts into runs, in order. */
export function batchTexts(texts: readonly string[], limits: BatchLimits): string[][] {
  const batches: string[][] = []
  let batch: string[] = []
  let characters = 0
  for (const text of texts) {
    const full = batch.length >= limits.texts || characters + text.length > limits.characters
    if (full && batch.length > 0) {
      batches.push(batch)
      batch = []
      characters = 0
    }
    batch.push(text)
    characters += text.length
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
