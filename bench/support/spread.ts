/** At most `count` of them, evenly from the whole: neighbours in a query file ask about one and the same text. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count)
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}
