/** Letters and digits, after NFKC and in lower case. */
export function folded(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

export interface WordsFound {
  readonly found: number
  readonly all: number
}

/** How many of a reference's words a text has, each at most as often as the text has it. */
export function wordsFound(text: string, reference: string): WordsFound {
  const counts = new Map<string, number>()
  for (const word of folded(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const words = folded(reference)
  let found = 0
  for (const word of words) {
    const left = counts.get(word) ?? 0
    if (left > 0) found += 1
    counts.set(word, left - 1)
  }
  return { found, all: words.length }
}
