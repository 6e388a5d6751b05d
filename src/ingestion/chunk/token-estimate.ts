/** Costs are counted in twelfths of a token, so that thirds and quarters add up without rounding. */
export const COST_PER_TOKEN = 12

/**
 * What a UTF-16 unit costs, in twelfths: a quarter of a token in Latin, a third in other alphabets, one in the scripts
 * from U+2E80 on (CJK, Hangul, and each half of an emoji). That is what multilingual tokenizers spend on average, not
 * what any one spends on a given text: limits keep a distance from a model's own. Apart from the estimates of lib and
 * graph, which lie above and may change: with these numbers every document would be cut anew.
 */
export function unitCost(unit: number): number {
  if (unit < 0x250) return 3
  return unit < 0x2e80 ? 4 : 12
}

/** The cost of text[start, end), in twelfths of a token. */
export function spanCost(text: string, start: number, end: number): number {
  let cost = 0
  for (let at = start; at < end; at += 1) cost += unitCost(text.charCodeAt(at))
  return cost
}

/** How many tokens a text has, about. */
export function estimateTokens(text: string): number {
  return Math.ceil(spanCost(text, 0, text.length) / COST_PER_TOKEN)
}
