/** All in tokens as estimateTokens counts them. */
export interface ChunkLimits {
  /** Smaller parts of a section are joined up to this. */
  readonly targetTokens: number
  /** No chunk has more. */
  readonly maxTokens: number
  /** A paragraph, list, table or code block up to this is never divided. */
  readonly wholeTokens: number
  /** A chunk or section below this is tiny: it joins a neighbour where the headings allow. */
  readonly tinyTokens: number
  /** The longest sentence that is repeated between two chunks of one paragraph. */
  readonly overlapTokens: number
}

/** What a caller may set; the other limits follow. */
export interface ChunkOptions {
  /** @default 240: the surroundings that one answer needs; five such passages fit any context window. */
  readonly targetTokens?: number
  /** @default 400: below the 512 of the smaller embedding models, whatever the estimate is off by. */
  readonly maxTokens?: number
  /** @default 40 */
  readonly overlapTokens?: number
}

/** @throws RangeError for limits under which no text could be cut. */
export function chunkLimits(options: ChunkOptions): ChunkLimits {
  const { targetTokens = 240, maxTokens = 400, overlapTokens = 40 } = options
  if (!(targetTokens >= 8 && maxTokens >= targetTokens && overlapTokens >= 0)) {
    throw new RangeError('Chunks need 8 ≤ targetTokens ≤ maxTokens and overlapTokens ≥ 0.')
  }
  // The rest is left for the heading above a block.
  const wholeTokens = Math.max(targetTokens, Math.floor(maxTokens * 0.95))
  return { targetTokens, maxTokens, wholeTokens, tinyTokens: targetTokens / 5, overlapTokens }
}
