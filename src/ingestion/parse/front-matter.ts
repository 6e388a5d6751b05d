import { lineEnd } from './line.ts'

/** UTF-16 units. Longer metadata is none: a document may begin with a rule and have another one far below. */
const LONGEST = 65_536

const FENCE = /^---[ \t]*$/
const CLOSING_FENCE = /^(?:---|\.\.\.)[ \t]*$/
/** A key at the left edge, with a plain or quoted scalar; folded ones (`>`, `|`) are left alone. */
const TITLE = /^title:[ \t]+(?![>|])(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|([^\n#]+))/m

export interface FrontMatter {
  /** The end of its last line. */
  readonly end: number
  readonly title: string | null
}

/** YAML front matter at the start of a Markdown text, or null. Only its title is read, so no YAML parser runs. */
export function frontMatter(text: string): FrontMatter | null {
  const first = lineEnd(text, 0)
  if (!FENCE.test(text.slice(0, Math.min(first, 100)))) return null
  for (let start = first + 1; start < Math.min(text.length, LONGEST); ) {
    const end = lineEnd(text, start)
    if (CLOSING_FENCE.test(text.slice(start, Math.min(end, start + 100)))) {
      const [, double, single, plain] = TITLE.exec(text.slice(first + 1, start)) ?? []
      const title = double?.replace(/\\(["\\])/g, '$1') ?? single?.replaceAll("''", "'") ?? plain
      return { end, title: title?.trim() || null }
    }
    start = end + 1
  }
  return null
}
