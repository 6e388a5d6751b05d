import type { TextLine } from './parse-pdf-lines.ts'

/** How many lines from the top and from the bottom of a page are looked at. */
const EDGE_LINES = 3
const FEWEST_PAGES = 5
/** Of the pages: headers of left and right pages differ, and chapters begin without one. */
const SHARE_OF_PAGES = 0.4
/** Of all words. Where more would go, they may be what the document is about, as in a set of forms or slides. */
const SHARE_OF_WORDS = 0.04
/** Points by which the place of a running line may differ. */
const PLACE = 4

/**
 * The lines of a document without running headers and footers: what stands at the same place of most pages, either with
 * the same words or with nothing different but a number that counts the pages.
 */
export function withoutFurniture(pages: readonly (readonly TextLine[])[]): readonly TextLine[] {
  const lines = pages.flat()
  const pagesWith = new Map<string, number>()
  const candidates: { line: TextLine; keys: readonly string[] }[] = []
  for (const page of pages) {
    const edges = edgeLines(page).map((line) => ({ line, keys: keysOf(line) }))
    candidates.push(...edges)
    for (const key of new Set(edges.flatMap(({ keys }) => keys))) {
      pagesWith.set(key, (pagesWith.get(key) ?? 0) + 1)
    }
  }
  const enough = Math.max(FEWEST_PAGES, SHARE_OF_PAGES * pages.length)
  const running = new Set(
    candidates
      .filter(({ keys }) => keys.some((key) => (pagesWith.get(key) ?? 0) >= enough))
      .map(({ line }) => line),
  )
  if (running.size === 0 || words(running) > SHARE_OF_WORDS * words(lines)) return lines
  return lines.filter((line) => !running.has(line))
}

function edgeLines(page: readonly TextLine[]): readonly TextLine[] {
  const upright = page.filter(({ angle }) => angle === 0)
  const byHeight = upright.toSorted((one, other) => other.baseline - one.baseline)
  if (byHeight.length <= 2 * EDGE_LINES) return byHeight
  return [...byHeight.slice(0, EDGE_LINES), ...byHeight.slice(-EDGE_LINES)]
}

/** What a line has in common with its like on other pages: its place with its words, or those around the page's number. */
function keysOf({ text, baseline, page }: TextLine): readonly string[] {
  if (text.length > 200) return []
  const place = Math.round(baseline / PLACE)
  const keys = [`${place} ${text}`]
  for (const { 0: digits, index } of text.matchAll(/\d{1,5}/g)) {
    if (keys.length > 4) break
    const around = `${text.slice(0, index)}#${text.slice(index + digits.length)}`
    keys.push(`${place} ${Number(digits) - page} ${around}`)
  }
  return keys
}

function words(lines: Iterable<TextLine>): number {
  let count = 0
  for (const { text } of lines) count += text.split(/\s+/).length
  return count
}
