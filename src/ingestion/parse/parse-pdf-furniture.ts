import type { TextLine } from './parse-pdf-lines.ts'

/** How many lines from the top and from the bottom of a page are looked at. */
const EDGE_LINES = 3
/** On which a numbered line counts the pages; fewer could be chance. */
const FEWEST_PAGES = 5
/** Of the pages, for the same words: headers of left and right pages differ, and chapters begin without one. */
const SHARE_OF_PAGES = 0.4
/** Of all words. Where more would go, they may be what the document is about, as in a set of forms or slides. */
const SHARE_OF_WORDS = 0.04
/** Points by which the place of a running line may differ. */
const PLACE = 4

/**
 * The lines of a document without running headers and footers: what stands at the same place of many pages with the
 * same words, or of some pages with a number that grows from page to page as the pages do.
 */
export function withoutFurniture(pages: readonly (readonly TextLine[])[]): readonly TextLine[] {
  const lines = pages.flat()
  const edges = pages.flatMap(edgeLines)
  const pagesWith = new Map<string, number>()
  const lastPage = new Map<string, number>()
  for (const line of edges) {
    for (const key of keysOf(line)) {
      if (lastPage.get(key) === line.page) continue
      lastPage.set(key, line.page)
      pagesWith.set(key, (pagesWith.get(key) ?? 0) + 1)
    }
  }
  const enough = Math.max(FEWEST_PAGES, SHARE_OF_PAGES * pages.length)
  const isRunning = (line: TextLine) => {
    const [same, ...numbered] = keysOf(line).map((key) => pagesWith.get(key) ?? 0)
    return (same ?? 0) >= enough || numbered.some((count) => count >= FEWEST_PAGES)
  }
  const running = new Set(edges.filter(isRunning))
  if (running.size === 0 || words(running) > SHARE_OF_WORDS * words(lines)) return lines
  return lines.filter((line) => !running.has(line))
}

function edgeLines(page: readonly TextLine[]): readonly TextLine[] {
  const upright = page.filter(({ angle }) => angle === 0)
  const byHeight = upright.toSorted((one, other) => other.baseline - one.baseline)
  if (byHeight.length <= 2 * EDGE_LINES) return byHeight
  return [...byHeight.slice(0, EDGE_LINES), ...byHeight.slice(-EDGE_LINES)]
}

/**
 * What a line has in common with its like on other pages: first its place with its words, then its place with the words
 * around each number and the distance from that number to the page's.
 */
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
