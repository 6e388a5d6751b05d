/** How much of the higher ranks decides: with 0.9 the first ten have about 86 % of the weight. */
const persistence = 0.9

/** The share of the longer list that both have, 0 to 1. Of two empty lists it is 1. */
export function overlap(one: readonly string[], other: readonly string[]): number {
  const longer = Math.max(one.length, other.length)
  if (longer === 0) return 1
  return new Set(one).intersection(new Set(other)).size / longer
}

/**
 * Rank-biased overlap, extrapolated from what is seen of both lists, 0 to 1: equation 32 of Webber, Moffat and Zobel,
 * "A similarity measure for indefinite rankings" (ACM TOIS 28(4), 2010). Of two empty lists it is 1.
 */
export function rankBiasedOverlap(one: readonly string[], other: readonly string[]): number {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  const [s, l] = [short.length, long.length]
  if (l === 0) return 1
  if (s === 0) return 0
  const p = persistence
  const seen = new Set<string>()
  let common = 0
  let commonAtShort = 0
  let sum = 0
  for (let depth = 1; depth <= l; depth += 1) {
    for (const item of [short[depth - 1], long[depth - 1]]) {
      if (item === undefined) continue
      if (seen.has(item)) common += 1
      else seen.add(item)
    }
    if (depth === s) commonAtShort = common
    sum += (common / depth) * p ** depth
    if (depth > s) sum += ((commonAtShort * (depth - s)) / (s * depth)) * p ** depth
  }
  return ((1 - p) / p) * sum + ((common - commonAtShort) / l + commonAtShort / s) * p ** l
}
