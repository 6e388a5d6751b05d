/** What goes through the model at once, in tokens with their padding: some tens of milliseconds of a small model. */
const maxTokens = 512
const charactersPerToken = 4

/**
 * The places of texts that go through the model together, shortest texts first: all are padded to the longest of
 * their batch, so that neighbours in length waste least.
 */
export function miniBatches(texts: readonly string[], maxTokensPerText: number): number[][] {
  const cost = (place: number) =>
    Math.min(maxTokensPerText, Math.ceil((texts[place]?.length ?? 0) / charactersPerToken) + 2)
  const places = Array.from(texts.keys()).sort((x, y) => cost(x) - cost(y))
  const batches: number[][] = []
  let batch: number[] = []
  for (const place of places) {
    if (batch.length > 0 && (batch.length + 1) * cost(place) > maxTokens) {
      batches.push(batch)
      batch = []
    }
    batch.push(place)
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
