/** What a character is to the tokenizers of common models at their worst, in tokens. */
const perLetter = 1 / 3
const perSpace = 1 / 4
const perSign = 1
/** Of what ASCII does not have, by its bytes in UTF-8: a letter of Cyrillic is one token, a Chinese character 1.5. */
const perByte = 1 / 2

/**
 * How many tokens a model may make of a text, rather too many than too few: English prose comes to about 1.5 times what
 * current tokenizers make of it. Linear time. For budgets that nothing breaks at; what must fit takes tokenBound
 * (graph/grounding), which counts about a third more, and passages are cut by an average of their own
 * (ingestion/chunk): changed, they would be cut anew.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (let index = 0; index < text.length; index++) tokens += costOf(text.charCodeAt(index))
  return Math.ceil(tokens)
}

function costOf(unit: number): number {
  if (unit < 0x80) return isLetter(unit) ? perLetter : unit === 0x20 ? perSpace : perSign
  if (unit < 0x800) return 2 * perByte
  // Either half of a surrogate pair is two of its four bytes.
  return (unit >= 0xd800 && unit <= 0xdfff ? 2 : 3) * perByte
}

const isLetter = (unit: number) => (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a

/** The beginning of a text that is at most so many tokens, with an ellipsis where something is cut off. */
export function cutToTokens(text: string, tokens: number): string {
  let cost = 0
  for (let index = 0; index < text.length; index++) {
    cost += costOf(text.charCodeAt(index))
    if (cost > tokens) return `${text.slice(0, index).replace(/[\ud800-\udbff]$/, '')}…`
  }
  return text
}
