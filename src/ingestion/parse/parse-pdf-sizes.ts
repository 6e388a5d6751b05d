import type { TextLine } from './parse-pdf-lines.ts'

/** In sizes of the body's font. */
const HEADING_SIZE = 1.15
/** A document with more of its characters in large type has no clear body. */
const HEADING_SHARE = 0.2
const LONGEST_HEADING = 200

/** What the document's font sizes say. */
export interface TextSizes {
  /** Distance of baselines in running text, in sizes of the font. */
  readonly leading: number
  /** 1 to 6 for a line in larger type than the body's, the largest first; 0 for any other line. */
  levelOf(line: TextLine): number
}

export function textSizes(lines: readonly TextLine[]): TextSizes {
  const characters = new Map<number, number>()
  for (const { size, text } of lines) {
    characters.set(half(size), (characters.get(half(size)) ?? 0) + text.length)
  }
  const shares = [...characters]
  const total = shares.reduce((sum, [, count]) => sum + count, 0)
  const [body] = shares.reduce((most, share) => (share[1] > most[1] ? share : most), [0, 0])
  const large = shares.filter(([size]) => size >= body * HEADING_SIZE)
  const clear = large.reduce((sum, [, count]) => sum + count, 0) <= HEADING_SHARE * total
  const used = new Set(lines.filter(couldBeHeading).map(({ size }) => half(size)))
  const ranks = clear ? large.map(([size]) => size).filter((size) => used.has(size)) : []
  ranks.sort((one, other) => other - one)
  const levels = new Map(ranks.map((size, rank) => [size, Math.min(6, rank + 1)]))
  return {
    leading: leadingOf(lines),
    levelOf: (line) => (couldBeHeading(line) ? (levels.get(half(line.size)) ?? 0) : 0),
  }
}

/** Sizes of one style differ by what they were scaled with. */
function half(size: number): number {
  return Math.round(size * 2) / 2
}

function couldBeHeading({ text, angle, cells }: TextLine): boolean {
  return cells === 1 && angle === 0 && text.length <= LONGEST_HEADING && /\p{L}.*\p{L}/u.test(text)
}

/** The median over neighbouring lines that could be of one paragraph. */
function leadingOf(lines: readonly TextLine[]): number {
  const distances: number[] = []
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1]
    if (!before || before.page !== line.page || before.angle !== line.angle || line.size === 0) continue
    const distance = (before.baseline - line.baseline) / line.size
    if (half(before.size) === half(line.size) && distance > 0.8 && distance < 2.5) distances.push(distance)
  }
  distances.sort((one, other) => one - other)
  return distances[distances.length >> 1] ?? 1.2
}
