import type { TextLine } from './parse-pdf-lines.ts'
import { pdfText, READABLE } from './parse-pdf-text.ts'

/** What a person wrote onto a page: a form field's value or a free text note, with its place in points. */
export interface PageNote {
  readonly text: string
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

/** The values that a page's annotations show. Buttons have states, not words. */
export function pageNotes(annotations: readonly unknown[]): readonly PageNote[] {
  return annotations.flatMap((annotation) => {
    const { subtype, fieldType, fieldValue, textContent, hidden, password, rect } = annotation as {
      [name: string]: unknown
    }
    if (hidden === true || password === true) return []
    const isField = subtype === 'Widget' && (fieldType === 'Tx' || fieldType === 'Ch')
    const value = isField ? fieldValue : subtype === 'FreeText' ? textContent : null
    const text = [value]
      .flat()
      .filter((part) => typeof part === 'string')
      .join(' ')
    const words = pdfText(text.replace(/\s+/g, ' ')).trim()
    const [left, bottom, right, top] = Array.isArray(rect) ? rect.map(Number) : []
    if (!READABLE.test(words)) return []
    return [{ text: words, left: left ?? 0, bottom: bottom ?? 0, right: right ?? 0, top: top ?? 0 }]
  })
}

/** The lines of a page with its notes among them: each in the line that labels it, else below one, else at the end. */
export function withNotes(
  lines: readonly TextLine[],
  notes: readonly PageNote[],
  page: number,
): readonly TextLine[] {
  if (notes.length === 0) return lines
  const result = [...lines]
  for (const note of notes.slice(0, MOST_NOTES)) place(result, note, page)
  for (const note of notes.slice(MOST_NOTES)) result.push(lineOf(note, page))
  return result
}

/** Each is compared with every line of its page. */
const MOST_NOTES = 1_000

function place(lines: TextLine[], note: PageNote, page: number): void {
  const beside = closest(lines, (line) =>
    line.baseline >= note.bottom - 2 && line.baseline <= note.top && line.end <= note.left + 3
      ? note.left - line.end
      : Number.POSITIVE_INFINITY,
  )
  const label = lines[beside]
  if (label) {
    lines[beside] = { ...label, text: `${label.text} ${note.text}`, end: note.right }
    return
  }
  const above = closest(lines, (line) =>
    line.baseline > note.top - 2 && line.start < note.right && line.end > note.left
      ? line.baseline - note.top
      : Number.POSITIVE_INFINITY,
  )
  lines.splice(above < 0 ? lines.length : above + 1, 0, lineOf(note, page))
}

/** The index of the line with the smallest distance, or -1 where all are out of reach. */
function closest(lines: readonly TextLine[], distance: (line: TextLine) => number): number {
  let best = -1
  let least = 200
  for (const [index, line] of lines.entries()) {
    if (line.angle !== 0) continue
    const far = distance(line)
    if (far < least) {
      least = far
      best = index
    }
  }
  return best
}

function lineOf({ text, left, right, bottom, top }: PageNote, page: number): TextLine {
  const size = Math.min(12, Math.max(4, (top - bottom) * 0.7))
  return { text, page, start: left, end: right, baseline: bottom, size, angle: 0, cells: 1 }
}
