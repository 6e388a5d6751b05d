export interface BatchLimits {
  /** @default 32: what text-embeddings-inference takes at most unless told otherwise. */
  readonly texts: number
  /** Keeps a request's memory and time bounded; a longer text travels alone. @default 100000 */
  readonly characters: number
}

export const defaultBatchLimits: BatchLimits = { texts: 32, characters: 100_000 }

/** Neighbouring texts that travel together: from `start`, up to and without `end`. */
export interface TextBatch {
  readonly start: number
  readonly end: number
}

/** Cuts the texts into runs, in order. */
export function* batchTexts(texts: readonly string[], limits: BatchLimits): Generator<TextBatch> {
  let start = 0
  let characters = 0
  for (const [at, text] of texts.entries()) {
    const full = at - start >= limits.texts || characters + text.length > limits.characters
    if (full && at > start) {
      yield { start, end: at }
      start = at
      characters = 0
    }
    characters += text.length
  }
  if (texts.length > start) yield { start, end: texts.length }
}
