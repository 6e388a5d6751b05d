import type { TextLine } from './parse-pdf-lines.ts'
import { pdfText } from './parse-pdf-text.ts'

const LONGEST = 200

/** What programs write where their user gave no title. */
const JUNK: readonly RegExp[] = [
  /^(?:untitled|unbenannt|sans titre|sin título|无标题|無題)/i,
  /^microsoft (?:word|excel|powerpoint|office)\b/i,
  /^(?:document|dokument|presentation|slide|binder|book|layout|title)[\s_-]*\d*$/i,
  /^powerpoint presentation$/i,
  /\.(?:pdf|docx?|dotx?|rtf|odt|txt|tex|dvi|e?ps|indd|qxd|qxp|fm|p65|pptx?|xlsx?|html?|md|ai|cdr|vsdx?|pages|tiff?|jpe?g|png)$/i,
  /^[a-z]:\\|^\/|^file:/i,
  /^\P{L}*\p{L}?\P{L}*$/u,
]

/** The title of the document's own properties, or null where it is none that a person gave. */
export function statedTitle(info: unknown): string | null {
  const stated = (info as { Title?: unknown } | null)?.Title
  if (typeof stated !== 'string') return null
  const title = pdfText(stated.slice(0, 4 * LONGEST))
    .replace(/\s+/g, ' ')
    .trim()
  if (title.length < 3 || title.length > 2 * LONGEST || JUNK.some((junk) => junk.test(title))) return null
  return title
}

/** The first of the largest lines on the first page that has words, with those of its size that follow it. */
export function largestLine(lines: readonly TextLine[]): string | null {
  const worded = lines.filter(({ text }) => /\p{L}.*\p{L}/u.test(text))
  const page = worded.filter((line) => line.page === worded[0]?.page)
  // Scans have words of all sizes; one in lower case is the middle of something.
  const beginnings = page.filter(({ text }) => !/^\p{Ll}/u.test(text))
  const first = beginnings.length > 0 ? beginnings : page
  const largest = first.reduce((most, { size }) => Math.max(most, size), 0)
  const rest = first.slice(first.findIndex(({ size }) => size >= largest * 0.98))
  const other = rest.findIndex(({ size }) => size < largest * 0.98)
  // Where a page has but one size, its first line is the title.
  const words = other < 0 ? rest.slice(0, 1) : rest.slice(0, Math.min(other, 3))
  const title = words.map(({ text }) => text.replace(/\s+/g, ' ')).join(' ')
  return title.slice(0, LONGEST).toWellFormed().trim() || null
}
