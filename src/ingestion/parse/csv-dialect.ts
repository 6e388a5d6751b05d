/** UTF-16 units that are looked at. */
const SAMPLE = 32_768

const DELIMITERS = [',', ';', '\t', '|'] as const
type Delimiter = (typeof DELIMITERS)[number]

/** How often the delimiter stands in each line outside of quotes; a quoted value may go over lines. */
export function countsPerRow(sample: string, delimiter: Delimiter): number[] {
  const counts: number[] = []
  let count = 0
  let quoted = false
  let atValue = true
  for (const character of sample) {
    // A quote in the middle of a value is a character like others: 5" pipe.
    if (character === '"' && (quoted || atValue)) quoted = !quoted
    else if (!quoted && character === delimiter) count += 1
    else if (!quoted && character === '\n') {
      counts.push(count)
      count = 0
    }
    atValue = character === delimiter || character === '\n' || (character === '"' && !quoted)
  }
  if (count > 0) counts.push(count)
  return counts
}

/** The delimiter that stands in most rows as often as in the first, and there most often; a comma where none does. */
export function csvDelimiter(text: string): Delimiter {
  const sample = text.slice(0, SAMPLE)
  let best: Delimiter = ','
  let bestScore = 0
  for (const delimiter of DELIMITERS) {
    const counts = countsPerRow(sample, delimiter)
    const [first = 0] = counts
    const alike = counts.filter((count) => count === first).length / Math.max(1, counts.length)
    const score = first > 0 ? alike * 1_000 + Math.min(first, 500) : 0
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}
