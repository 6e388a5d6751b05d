/** A retrieved chunk as the grounding functions see it. */
export type Passage = {
  readonly chunkId: string
  /** The number that the answer cites it by, from 1. */
  readonly marker: number
  /** Verbatim from the document's extracted text. */
  readonly text: string
  /** Offset of `text` in the document, in UTF-16 code units. */
  readonly start: number
  /** Headings above the chunk, outermost first. */
  readonly headings: readonly string[]
  readonly title: string
  /** Of the retriever; only the order among the passages is used, so any scale will do. */
  readonly score: number
}

/** Stemmed, lower-cased terms of a text, in order. The same function must have indexed the passages. */
export type Analyze = (text: string) => readonly string[]
