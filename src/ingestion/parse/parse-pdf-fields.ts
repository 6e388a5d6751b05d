import type { TextLine } from './parse-pdf-lines.ts'
import type { TextRun } from './parse-pdf-runs.ts'
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

/** Each is compared with everything on its page; those beyond stand at its end. */
const MOST_NOTES = 1_000
/** Points. */
const REACH = 200

/** The runs of a page with each note that has a label beside it, on its left, behind that; and the other notes. */
export function labelledNotes(
  runs: readonly TextRun[],
  notes: readonly PageNote[],
): { readonly runs: readonly TextRun[]; readonly others: readonly PageNote[] } {
  const result = [...runs]
  const others: PageNote[] = notes.slice(MOST_NOTES)
  for (const note of notes.slice(0, MOST_NOTES)) {
    const at = closest(result, ({ baseline, end, text }) =>
      baseline >= note.bottom - 2 && baseline <= note.top && end <= note.left + 3 && text.trim() !== ''
        ? note.left - end
        : Number.POSITIVE_INFINITY,
    )
    const label = result[at]
    if (!label) others.push(note)
    else
      result.splice(at + 1, 0, { ...label, text: note.text, start: note.left, end: note.right, rtl: false })
  }
  return { runs: result, others }
}

/** The lines of a page with its other notes among them: each below the line above it, else at the end. */
export function withNotes(
  lines: readonly TextLine[],
  notes: readonly PageNote[],
  page: number,
): readonly TextLine[] {
  const result = [...lines]
  for (const [index, note] of notes.entries()) {
    const above =
      index < MOST_NOTES
        ? closest(result, ({ baseline, start, end }) =>
            baseline > note.top - 2 && start < note.right && end > note.left
              ? baseline - note.top
              : Number.POSITIVE_INFINITY,
          )
        : -1
    result.splice(above < 0 ? result.length : above + 1, 0, lineOf(note, page))
  }
  return result
}

/** The index of what is closest and upright, or -1 where all is out of reach. */
function closest<T extends { readonly angle: number }>(
  all: readonly T[],
  distance: (one: T) => number,
): number {
  let best = -1
  let least = REACH
  for (const [index, one] of all.entries()) {
    if (one.angle !== 0) continue
    const far = distance(one)
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
